package dev.cutoff.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceTest {

    @ParameterizedTest
    @CsvSource({
        "a.h, /cutoff/build/app, /cutoff/build/app/a.h",
        "../lib/./a.h, /cutoff/build/app, /cutoff/build/lib/a.h",
        "/usr//include/../lib, /cutoff/build/app, /usr/lib",
        "../../../../.., /cutoff/build/app, /",
        "., /, /",
        "'..a/b..', /x, /x/..a/b..",
    })
    void pathsAreMadeAbsoluteWithoutTheFileSystem(String path, String folder, String expected) {
        assertThat(Place.absolute(path, folder)).isEqualTo(expected);
    }
}
