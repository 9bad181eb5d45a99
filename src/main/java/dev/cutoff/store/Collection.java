package dev.cutoff.store;

/**
 * What a collection found, took and left.
 *
 * @param there what was there
 * @param removed what went (of a trial: what would go)
 * @param inUse what stays whatever its age, since running processes use it
 * @param tooOld records that went for their age
 * @param tooMuch records that went for the size
 * @param unreadable records that went since they could not be read any more
 * @param processes running processes that use the store, without this one
 * @param leftOvers processes that are no more and had left something behind, which is gone now
 * @param setAside damaged things, set aside earlier, that are gone now
 */
public record Collection(
        Amount there,
        Amount removed,
        Amount inUse,
        long tooOld,
        long tooMuch,
        long unreadable,
        int processes,
        int leftOvers,
        int setAside) {

    /**
     * So much of a store.
     *
     * @param artifacts laid out as folders
     * @param bytes on disk, in whole blocks; what is there under several names counts once
     */
    public record Amount(long records, long blobs, long artifacts, long bytes) {
        public Amount without(Amount other) {
            return new Amount(
                    records - other.records, blobs - other.blobs, artifacts - other.artifacts, bytes - other.bytes);
        }
    }

    /**
     * How much may stay.
     *
     * @param bytes as of {@link Amount}
     * @param milliseconds since the last use
     */
    public record Limits(long bytes, long milliseconds) {}

    public Amount stays() {
        return there.without(removed);
    }
}
