package dev.cutoff.build;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that the machine's clock was set back since a moment: then the times that steps and files have since do not
 * tell which of them came first. A clock that was set forward keeps their order.
 */
final class ClockWatch {

    /** Room for two clocks being read one after the other. Steps of time daemons are larger. */
    private static final long JITTER = 20;

    private final InstantSource wall;
    private final LongSupplier nanos;
    private final long began;
    private final long beganNanos;

    ClockWatch() {
        this(InstantSource.system(), System::nanoTime);
    }

    /** @param nanos a clock that nobody sets, as {@link System#nanoTime} */
    ClockWatch(InstantSource wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.began = wall.millis();
        this.beganNanos = nanos.getAsLong();
    }

    boolean wentBack() {
        long passed = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - beganNanos);
        return wall.millis() - began < passed - JITTER;
    }
}
