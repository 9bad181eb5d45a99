package dev.cutoff.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that tests write: compared with what is committed, or written anew with {@code -Dupdate.golden=true}. */
public final class Golden {

    private Golden() {}

    public static void check(Path file, String content) {
        try {
            if (Boolean.getBoolean("update.golden")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, content);
            }
            assertThat(content)
                    .as("%s is out of date: run the test with -Dupdate.golden=true and look at the difference", file)
                    .isEqualTo(Files.exists(file) ? Files.readString(file) : "");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
