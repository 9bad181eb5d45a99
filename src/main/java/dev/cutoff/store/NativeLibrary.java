package dev.cutoff.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * Unpacks SQLite's native library from its jar, once after the program was built. Left to itself the driver does that
 * at every start, for 0.15 s.
 */
final class NativeLibrary {

    private NativeLibrary() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        String arch = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux") ? "Linux" : "Mac";
        String file = "libsqlitejdbc.so";
        String resource = "/org/sqlite/native/" + system + "/" + arch + "/" + file;
        try (InputStream in = org.sqlite.JDBC.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the SQLite driver has no library for this machine: " + resource);
            }
            Files.copy(in, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
