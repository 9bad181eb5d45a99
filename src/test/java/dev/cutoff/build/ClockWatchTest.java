package dev.cutoff.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockWatchTest {

    private Instant wall = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos = 5;

    private void pass(long wallMillis, long millis) {
        wall = wall.plusMillis(wallMillis);
        nanos += millis * 1_000_000;
    }

    @Test
    void aClockThatGoesOnIsNotNoticed() {
        ClockWatch watch = new ClockWatch(() -> wall, () -> nanos);
        pass(60_000, 60_001);
        assertThat(watch.wentBack()).isFalse();
    }

    @Test
    void oneThatWasSetBackIs() {
        ClockWatch watch = new ClockWatch(() -> wall, () -> nanos);
        pass(-3_600_000, 1_000);
        assertThat(watch.wentBack()).isTrue();
    }

    /** The build took so long that the clock is later than at its beginning all the same. */
    @Test
    void soIsOneThatWasSetBackByLessThanTheBuildTook() {
        ClockWatch watch = new ClockWatch(() -> wall, () -> nanos);
        pass(59_000, 60_000);
        assertThat(watch.wentBack()).isTrue();
    }

    @Test
    void oneThatWasSetForwardKeepsTheOrder() {
        ClockWatch watch = new ClockWatch(() -> wall, () -> nanos);
        pass(3_600_000, 1_000);
        assertThat(watch.wentBack()).isFalse();
    }
}
