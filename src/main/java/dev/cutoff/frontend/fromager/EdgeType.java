package dev.cutoff.frontend.fromager;

import java.util.Optional;

/** What a requirement is for: fromager's {@code req_type}. */
enum EdgeType {
    TOPLEVEL("toplevel"),
    INSTALL("install"),
    BUILD_SYSTEM("build-system"),
    BUILD_BACKEND("build-backend"),
    BUILD_SDIST("build-sdist");

    private final String word;

    EdgeType(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    /** Whether its target is in the build environment. */
    boolean isOfBuild() {
        return this == BUILD_SYSTEM || this == BUILD_BACKEND || this == BUILD_SDIST;
    }

    static Optional<EdgeType> of(String word) {
        for (EdgeType type : values()) {
            if (type.word.equals(word)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
