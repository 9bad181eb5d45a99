package dev.cutoff.cli;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.c.LineChange;
import dev.cutoff.abi.c.TokenStream;
import dev.cutoff.abi.diff.Diff;
import dev.cutoff.abi.diff.Differ;
import dev.cutoff.abi.diff.Verdict;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.abi.fingerprint.Folder;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.model.Failure;
import dev.cutoff.report.DiffReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cutoff diff}: what changed between two interfaces, and what follows from it. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = {
            "Say what changed between two interfaces, and give two verdicts on it.",
            "same: a consumer's rebuild would see the same;",
            "works: what was built against OLD works with NEW, as far as symbols and, with debug information, their types say."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:nothing changed", " 2:wrong usage or a bad input file", " 4:changed", "12:incompatible"},
        footer = {
            "",
            "Example, in Cutoff's own folder; the last line after an edit and a build:",
            "  ./cutoff build -C examples/imaging codec",
            "  codec=examples/imaging/.cutoff/out/codec",
            "  ./cutoff fingerprint $codec --json /tmp/codec.json",
            "  ./cutoff diff /tmp/codec.json $codec"
        })
final class DiffCommand implements Callable<Integer> {

    private static final int CHANGED = 4;
    private static final int INCOMPATIBLE = 12;

    @Parameters(
            index = "0",
            paramLabel = "OLD",
            description = "A file or folder, or a fingerprint of one (*.abi.json).")
    Path old = Path.of("");

    @Parameters(index = "1", paramLabel = "NEW", description = "The same, later.")
    Path now = Path.of("");

    @Option(names = "--headers-old", paramLabel = "DIR", description = "The include folder that belongs to OLD.")
    @Nullable
    Path headersOld;

    @Option(names = "--headers-new", paramLabel = "DIR", description = "The include folder that belongs to NEW.")
    @Nullable
    Path headersNew;

    @Option(
            names = "--used-by",
            paramLabel = "FILE",
            description = "Judge for this program, library or object: only what it uses of OLD counts.")
    @Nullable
    Path usedBy;

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            defaultValue = "python3",
            description = "Of wheels: whose headers the wheels' headers are compiled with (default: python3).")
    String python = "python3";

    @Option(names = "--debug", description = "Show stack traces of errors.")
    boolean debug;

    @Mixin
    JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        json.check();
        if ((headersOld == null) != (headersNew == null)) {
            throw Failure.input("--headers-old and --headers-new belong together: give both");
        }
        Differ differ = new Differ(consumer());
        Fingerprint was = InterfaceFile.takeOrRead(old, headersOld);
        Fingerprint is = InterfaceFile.takeOrRead(now, headersNew);
        if (was instanceof Wheel a && is instanceof Wheel b) {
            boolean probe = WheelHeaders.differ(a, b) && WheelHeaders.areThere(old, now);
            differ.compareWheels(
                    a,
                    probe ? WheelHeaders.compile(old, python) : null,
                    b,
                    probe ? WheelHeaders.compile(now, python) : null);
        } else {
            differ.compare(was, is, (a, b) -> firstChange(old, a, now, b));
        }
        if (headersOld != null && headersNew != null) {
            Path before = headersOld;
            Path after = headersNew;
            differ.compare(headers(before), headers(after), (a, b) -> firstChange(before, a, after, b));
        }
        Diff diff = differ.judge();
        json.people().print(Demangled.of(DiffReport.text(diff)));
        json.write(DiffReport.json(old.toString(), now.toString(), usedBy == null ? null : usedBy.toString(), diff));
        return !diff.isChanged() ? 0 : diff.works().verdict() == Verdict.NO ? INCOMPATIBLE : CHANGED;
    }

    private @Nullable Binary consumer() {
        if (usedBy == null) {
            return null;
        }
        Fingerprint fingerprint = InterfaceFile.takeOrRead(usedBy, null);
        if (fingerprint instanceof Binary binary) {
            return binary;
        }
        throw Failure.input(usedBy + ": --used-by takes a program, a shared library or an object, and this is a "
                + fingerprint.kind());
    }

    private static Folder headers(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw Failure.input(folder + ": no such folder");
        }
        try {
            return Fingerprinter.includeFolder(folder);
        } catch (FormatException e) {
            throw Failure.input(e.getMessage());
        } catch (IOException e) {
            throw InterfaceFile.failure(folder, e);
        }
    }

    /** Looks into the files again; of fingerprints that were written before, the text is not there any more. */
    private static Optional<String> firstChange(Path old, String oldPath, Path now, String newPath) {
        Path before = old.resolve(oldPath);
        Path after = now.resolve(newPath);
        if (!Files.isRegularFile(before) || !Files.isRegularFile(after)) {
            return Optional.empty();
        }
        try {
            TokenStream a = tokens(before);
            TokenStream b = tokens(after);
            return LineChange.betweenWithLines(a, b).map(LineChange::text);
        } catch (FormatException | IOException e) {
            return Optional.empty();
        }
    }

    private static TokenStream tokens(Path file) throws FormatException, IOException {
        // Tokens keep a copy of the text, not the mapping.
        return MappedFile.<TokenStream>read(file, (Cursor bytes) -> Header.lex(bytes));
    }
}
