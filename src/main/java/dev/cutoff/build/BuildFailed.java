package dev.cutoff.build;

/** A build or check of a unit that did not succeed; the message is for its user. */
final class BuildFailed extends Exception {
    BuildFailed(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
