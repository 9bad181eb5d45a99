package dev.cutoff.abi.rust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetadataDifferenceTest {

    private static final MetadataDifference.Field FIELD = new MetadataDifference.Field(bytes("abcd"), bytes("abxy"));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String beyond(String before, String after) {
        return MetadataDifference.beyond(bytes(before), bytes(after), List.of(FIELD));
    }

    @Test
    void knownFieldsMayDiffer() {
        assertThat(beyond("1234", "1234")).isEmpty();
        assertThat(beyond("12abcd34", "12abxy34")).isEmpty();
        assertThat(beyond("abcdabcd", "abxyabxy")).isEmpty();
    }

    @Test
    void nothingElseMay() {
        assertThat(beyond("1234", "12345")).contains("4 and 5 bytes");
        assertThat(beyond("1234", "1235")).contains("byte 3 of 4");
        assertThat(beyond("12abcd34", "12abxz34")).isNotEmpty();
        assertThat(beyond("12abcd34", "12abxy35")).contains("byte 7");
        assertThat(beyond("12abxy34", "12abcd34")).isNotEmpty();
        assertThat(beyond("cd", "xy")).isNotEmpty();
    }
}
