package dev.cutoff.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A library crate and a program that uses it, for the warm-up. */
final class WarmUpCrates {

    private static final String PACKAGE = "[package]\nname=\"%s\"\nversion=\"0.1.0\"\nedition=\"2021\"\n";

    private WarmUpCrates() {}

    /** Builds both, then after an edit, then with nothing to do; nothing where there is no cargo. */
    static void build(Path folder) throws IOException {
        boolean there = false;
        for (String place : String.valueOf(System.getenv("PATH")).split(":")) {
            there |= Files.isExecutable(Path.of(place, "cargo"));
        }
        if (!there) {
            return;
        }
        Path library = Files.createDirectories(folder.resolve("crates/l/src"));
        Path program = Files.createDirectories(folder.resolve("crates/p/src"));
        Path manifest = folder.resolve("crates/Cargo.toml");
        Files.writeString(manifest, "[workspace]\nmembers=[\"l\",\"p\"]\nresolver=\"2\"\n");
        Files.writeString(library.resolveSibling("Cargo.toml"), PACKAGE.formatted("l"));
        Files.writeString(
                program.resolveSibling("Cargo.toml"), PACKAGE.formatted("p") + "[dependencies]\nl={path=\"../l\"}\n");
        Files.writeString(program.resolve("main.rs"), "fn main() { println!(\"{}\", l::l()); }\n");
        for (int i = 0; i < 2; i++) {
            Files.writeString(
                    library.resolve("lib.rs"),
                    "/// One.\npub fn l() -> u8 { k() }\n#[inline(never)]\nfn k() -> u8 { " + (i + 1) + " }\n");
            for (int run = 0; run < 2; run++) {
                Main.run(
                        "cargo",
                        "build",
                        "-q",
                        "--offline",
                        "--manifest-path",
                        manifest.toString(),
                        "--json",
                        folder.resolve("json").toString());
            }
        }
    }
}
