package dev.cutoff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledWheelsTest {

    private static final String SITE = "lib/python3.12/site-packages";

    @TempDir
    Path folder;

    private Path wheel(String name, Map<String, String> files) throws IOException {
        Path file = folder.resolve(name);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry : new TreeMap<>(files).entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    private InstalledWheels installed(Map<String, String> files) throws IOException {
        return new InstalledWheels(
                SITE,
                List.of(new InstalledWheels.Wheel("tiny", wheel("tiny.whl", files))),
                new TreeMap<>(Map.of(
                        "bin/python", new Tree.Link("/usr/bin/python3"), "bin/python3", new Tree.Link("python"))));
    }

    private static Digest of(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void filesStandWhereInstallersPutThem() throws IOException {
        InstalledWheels installed = installed(Map.of(
                "tiny/a.py", "a",
                "tiny-1.data/purelib/b.py", "b",
                "tiny-1.data/platlib/c/d.so", "d",
                "tiny-1.data/scripts/run", "#!python",
                "tiny-1.data/data/share/x", "x",
                "tiny-1.data/headers/h.h", "h",
                "tiny-1.dist-info/RECORD", "r"));
        Tree tree = installed.tree();
        assertThat(tree.at(SITE + "/tiny/a.py")).isEqualTo(new Tree.File(of("a"), 1, false));
        assertThat(tree.at(SITE + "/b.py")).isEqualTo(new Tree.File(of("b"), 1, false));
        assertThat(tree.at(SITE + "/c/d.so")).isEqualTo(new Tree.File(of("d"), 1, false));
        assertThat(tree.at("bin/run")).isEqualTo(new Tree.File(of("#!python"), 8, true));
        assertThat(tree.at("share/x")).isEqualTo(new Tree.File(of("x"), 1, false));
        assertThat(tree.at("include/site/python3.12/tiny/h.h")).isEqualTo(new Tree.File(of("h"), 1, false));
        assertThat(tree.at(SITE + "/tiny-1.dist-info/RECORD")).isNull();
        assertThat(tree.at(SITE)).isEqualTo(Tree.FOLDER);
        assertThat(installed.origin("bin/run")).hasValue(new InstalledWheels.Origin("tiny", "tiny-1.data/scripts/run"));
        assertThat(installed.read(SITE + "/tiny/a.py"))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo("a".getBytes(StandardCharsets.UTF_8)));
        assertThat(installed.read("nowhere")).isEmpty();
    }

    @Test
    void aScriptIsWhatItsEntryPointSays() throws IOException {
        String points =
                "[other]\nno = x:y\n[console_scripts]\n# comment\ngo = tiny:main\n[gui_scripts]\nwin=tiny:gui\n";
        InstalledWheels one = installed(Map.of("tiny-1.dist-info/entry_points.txt", points));
        InstalledWheels two =
                installed(Map.of("tiny-1.dist-info/entry_points.txt", points.replace("tiny:main", "tiny:other")));
        assertThat(one.tree().at("bin/go")).isNotNull().isNotEqualTo(two.tree().at("bin/go"));
        assertThat(one.tree().at("bin/win")).isNotNull().isEqualTo(two.tree().at("bin/win"));
        assertThat(one.tree().at("bin/no")).isNull();
        assertThat(one.read("bin/go")).isEmpty();
    }

    @Test
    void whatIsNotThereIsNearThoseWhoseFolderItWouldBeIn() throws IOException {
        InstalledWheels installed = new InstalledWheels(
                SITE,
                List.of(
                        new InstalledWheels.Wheel("a", wheel("a.whl", Map.of("a/include/x.h", "x"))),
                        new InstalledWheels.Wheel("b", wheel("b.whl", Map.of("b.py", "b")))),
                new TreeMap<>());
        assertThat(installed.near(SITE + "/a/include/sys/none.h")).containsExactly("a");
        assertThat(installed.near(SITE + "/a")).containsExactly("a");
        assertThat(installed.near(SITE + "/none.h")).containsExactly("a", "b");
        assertThat(installed.near("share/none")).containsExactly("a", "b");
    }

    @Test
    void linksToTheInterpreterLeadOut() throws IOException {
        InstalledWheels installed = installed(Map.of());
        assertThat(installed.outside("bin/python3")).hasValue(Path.of("/usr/bin/python3"));
        assertThat(installed.outside("bin/other")).isEmpty();
    }
}
