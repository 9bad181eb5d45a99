package dev.cutoff.cli;

import dev.cutoff.abi.document.InterfaceJson;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.model.Failure;
import dev.cutoff.report.InterfaceReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cutoff fingerprint}: the interface that files offer. */
@Command(
        name = "fingerprint",
        mixinStandardHelpOptions = true,
        description = "Say what interface files offer, with a digest of it: " + Fingerprinter.READ
                + ". Types are read from debug information.",
        footer = {
            "",
            "Example, in Cutoff's own folder:",
            "  ./cutoff build -C examples/imaging codec",
            "  codec=examples/imaging/.cutoff/out/codec",
            "  ./cutoff fingerprint $codec/lib --headers $codec/include"
        })
final class FingerprintCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files and folders.")
    List<Path> files = new ArrayList<>();

    @Option(names = "--write", description = "Write FILE" + Fingerprinter.SUFFIX + " beside each.")
    boolean write;

    @Option(
            names = "--headers",
            paramLabel = "DIR",
            description = "The include folder: types that are defined elsewhere count as declared.")
    @Nullable
    Path headers;

    @Option(names = "--debug", description = "Show stack traces of errors.")
    boolean debug;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        json.check();
        Map<String, Fingerprint> fingerprints = new LinkedHashMap<>();
        for (Path file : files) {
            Fingerprint fingerprint = InterfaceFile.take(file, headers);
            json.people().print(InterfaceReport.text(file.toString(), fingerprint));
            if (write) {
                write(file, InterfaceJson.document(fingerprint));
            }
            if (json.isWanted()) {
                fingerprints.put(file.toString(), fingerprint);
            }
        }
        if (json.isWanted()) {
            json.write(
                    fingerprints.size() == 1
                            ? InterfaceJson.document(
                                    fingerprints.values().iterator().next())
                            : InterfaceJson.document(fingerprints));
        }
        return 0;
    }

    private static void write(Path file, String document) {
        Path named = file.toAbsolutePath().normalize();
        if (named.getFileName() == null) {
            throw Failure.input(file + ": has no name to write a file beside it");
        }
        Path target = named.resolveSibling(named.getFileName() + Fingerprinter.SUFFIX);
        try {
            Files.writeString(target, document);
        } catch (IOException e) {
            throw Failure.io("writing " + target, e);
        }
    }
}
