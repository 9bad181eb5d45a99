package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.testing.Cutoff;
import dev.cutoff.testing.Skips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderCacheTest {

    /** {@code ldconfig -p} reads the same file. */
    @Test
    void saysWhatLdconfigSays() {
        Skips.unless(
                Files.exists(Path.of("/sbin/ldconfig")) && Files.exists(Path.of("/etc/ld.so.cache")), "no ldconfig");
        Map<String, String> expected = new LinkedHashMap<>();
        Cutoff.shell(Path.of("/"), "/sbin/ldconfig -p")
                .lines()
                .filter(l -> l.contains(" => "))
                .forEach(line -> {
                    String soname = line.strip().split(" ")[0];
                    expected.merge(soname, line.substring(line.indexOf(" => ") + 4), (a, b) -> a + " " + b);
                });
        assertThat(expected).isNotEmpty();
        LoaderCache cache = new LoaderCache(Path.of("/etc/ld.so.cache"));
        expected.forEach(
                (soname, paths) -> assertThat(cache.paths(soname)).as(soname).isEqualTo(paths));
        assertThat(cache.paths("libno.so.1")).isEqualTo("absent");
    }

    @Test
    void damagedCachesAreEmpty(@TempDir Path folder) throws IOException {
        Path real = Path.of("/etc/ld.so.cache");
        Skips.unless(Files.exists(real), "no loader cache");
        byte[] bytes = Files.readAllBytes(real);
        for (int length : new int[] {0, 10, 25, 60, 200, bytes.length / 2}) {
            Path file = folder.resolve("cache" + length);
            Files.write(file, java.util.Arrays.copyOf(bytes, length));
            assertThat(new LoaderCache(file).paths("libc.so.6"))
                    .as("%d bytes", length)
                    .isEqualTo("absent");
        }
    }
}
