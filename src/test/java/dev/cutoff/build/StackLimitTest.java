package dev.cutoff.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StackLimitTest {

    private static String line(String soft, String hard) {
        return String.format("%-26s%-21s%-21s%-10s", "Max stack size", soft, hard, "bytes");
    }

    @Test
    void onlyALowerHardLimitCounts() {
        List<String> head = List.of("Limit                     Soft Limit           Hard Limit           Units     ");
        assertThat(StackLimit.lower(List.of(head.getFirst(), line("8388608", "unlimited"))))
                .isEmpty();
        assertThat(StackLimit.lower(List.of(line("1048576", "8388608")))).isEmpty();
        assertThat(StackLimit.lower(List.of(line("1048576", "8388607")))).contains("8388607 bytes");
        assertThat(StackLimit.lower(
                        List.of("Max cpu time              1                    1                    seconds")))
                .isEmpty();
        assertThat(StackLimit.lower(List.of())).isEmpty();
    }
}
