package dev.cutoff.abi.fuzz;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.View;
import dev.cutoff.abi.document.WheelJson;
import dev.cutoff.abi.document.WheelJsonReader;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.abi.wheel.WheelReader;

/** Zips and wheels: what is read is written, and read back the same. */
public final class WheelFuzz {

    private WheelFuzz() {}

    /** Jazzer's way in. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            View.of(data, WheelFuzz::read);
        } catch (FormatException e) {
            // what damaged files are meant to give
        }
    }

    static int read(Cursor bytes) throws FormatException {
        Wheel wheel = WheelReader.read(bytes, "a-1-cp312-cp312-linux_x86_64.whl");
        String document = WheelJson.document(wheel);
        if (!WheelJsonReader.read(document, "fuzz").digest().equals(wheel.digest())) {
            throw new IllegalStateException("read back it is another");
        }
        return document.length();
    }
}
