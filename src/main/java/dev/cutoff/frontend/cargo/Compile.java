package dev.cutoff.frontend.cargo;

import dev.cutoff.model.Action;
import dev.cutoff.model.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * One call of the compiler, from the answer to the client to the record.
 *
 * <p>A record is written only where nothing that was read changed since the compile began. Whatever goes wrong before it is
 * written leaves none: the next call then compiles.
 */
final class Compile {

    private static final List<String> LIBRARY_FILES =
            List.of(UnitFolder.RLIB, UnitFolder.ANNOUNCED, UnitFolder.RMETA, UnitFolder.DEP_INFO, UnitFolder.SAID);
    private static final List<String> PROGRAM_FILES = List.of(UnitFolder.DEP_INFO, UnitFolder.SAID);
    private static final String UNFINISHED = "the earlier compile did not end";
    /** Clocks of file systems are behind by some milliseconds. */
    private static final long SLACK_NANOS = 20_000_000;

    private final RustcCall call;
    private final UnitFolder folder;
    private final Talk talk;
    private final Inputs inputs;
    private final Imports imports;
    private final Tally tally;
    private final long begun;
    private final long clock = FileDigests.now() - SLACK_NANOS;

    Compile(RustcCall call, UnitFolder folder, Talk talk, Inputs inputs, Imports imports, Tally tally, long begun) {
        this.call = call;
        this.folder = folder;
        this.talk = talk;
        this.inputs = inputs;
        this.imports = imports;
        this.tally = tally;
        this.begun = begun;
    }

    private void tell(Action action, Reason.Kind kind, String why, long micros, long saved) {
        tally.add(call, action, kind, why, System.nanoTime() - begun, micros, saved);
        try {
            folder.decide(new UnitFolder.Decided(
                    call.unit(),
                    action.name(),
                    kind.name(),
                    why,
                    call.out(),
                    Instant.now().toString()));
        } catch (IOException e) {
            tally.note("what became of " + call.unit() + " can't be noted: " + e.getMessage());
        }
    }

    /** Outputs and messages of the earlier compile stand; a program's file is there already. */
    void repeat(UnitRecord record, Action action, String why, long micros) throws IOException {
        byte[] said = Files.readAllBytes(folder.path(UnitFolder.SAID));
        folder.forget(UNFINISHED);
        if (call.kind() == RustcCall.Kind.LIBRARY) {
            folder.restore(UnitFolder.RMETA, call.rmeta());
            folder.restore(UnitFolder.RLIB, call.rlib());
        }
        folder.restore(UnitFolder.DEP_INFO, call.depInfo());
        folder.write(record.with(folder.stats(record.files().keySet())));
        tell(action, Reason.Kind.HOLDS, why, micros, record.micros() - micros);
        talk.repeat(said);
    }

    void library(Reason.Kind kind, String why) throws IOException {
        folder.forget(UNFINISHED);
        talk.run(false, List.of(), List.of());
        Talk.End end = talk.end();
        if (end.code() == 0) {
            settle(end, this::recordLibrary);
        } else {
            folder.forget("the earlier compile failed");
        }
        ended(end, kind, why);
    }

    private void ended(Talk.End end, Reason.Kind kind, String why) throws IOException {
        tell(end.code() == 0 ? Action.REBUILD : Action.FAIL, kind, why, end.micros(), 0);
        talk.over();
    }

    private interface Recording {
        void record(Talk.End end) throws IOException;
    }

    /** What can't be recorded is compiled again the next time. */
    private void settle(Talk.End end, Recording recording) {
        try {
            recording.record(end);
        } catch (IOException | RuntimeException e) {
            tally.note(call.unit() + " could not be recorded: " + e.getMessage());
            forgetUnrecorded(String.valueOf(e.getMessage()));
        }
    }

    private void forgetUnrecorded(String why) {
        try {
            folder.forget("the earlier compile could not be recorded: " + why);
        } catch (IOException e) {
            tally.note("the state of " + call.unit() + " can't be written: " + e.getMessage());
        }
    }

    private void recordLibrary(Talk.End end) throws IOException {
        keepLibrary(end);
        Map<Path, String> base = new TreeMap<>();
        Map<String, String> now = current();
        if (!call.isForeign()) {
            for (String name : StateFile.names(now, Inputs.SOURCE)) {
                base.put(Path.of(name), folder.keepSource(Path.of(name)));
            }
            folder.clearSources(base.values());
        }
        for (var entry : base.entrySet()) {
            if (!entry.getValue().equals(now.get(Inputs.SOURCE + entry.getKey()))) {
                throw new IOException(entry.getKey() + " changed while it was compiled");
            }
        }
        write(now, base, LIBRARY_FILES, false, end.micros());
    }

    private void keepLibrary(Talk.End end) throws IOException {
        Files.deleteIfExists(folder.path(UnitFolder.ANNOUNCED));
        folder.keep(call.rlib(), UnitFolder.RLIB);
        folder.keep(call.rmeta(), UnitFolder.RMETA);
        folder.keep(Files.readAllBytes(call.depInfo()), UnitFolder.DEP_INFO);
        folder.keep(end.said(), UnitFolder.SAID);
    }

    /** The inputs of the compile that has just ended. */
    private Map<String, String> current() throws IOException {
        DepInfo read = DepInfo.read(call.depInfo(), call.folder());
        for (Path file : read.files()) {
            if (FileDigests.changed(file) >= clock) {
                throw new IOException(file + " changed while it was compiled");
            }
        }
        return inputs.of(call, read.files(), read.variables().keySet());
    }

    private void write(
            Map<String, String> now, Map<Path, String> base, List<String> names, boolean relaxed, long micros)
            throws IOException {
        folder.keepCall(call);
        folder.write(new UnitRecord(call.unit(), now, base, call.outputs(), folder.stats(names), relaxed, micros));
    }

    /**
     * Compiles, and compares meanwhile; where dependents can't tell the difference, what was announced before is announced
     * again, with the new objects.
     */
    void compared(
            UnitRecord record,
            Map<String, String> before,
            String why,
            boolean relaxed,
            Callable<Proof.Verdict> proof,
            ExecutorService threads)
            throws IOException {
        talk.run(true, List.of(), List.of());
        Future<Proof.Verdict> asked = threads.submit(() -> {
            Proof.Verdict verdict = proof.call();
            talk.verdict(verdict.unequal().isEmpty());
            return verdict;
        });
        Talk.End end = talk.end();
        if (end.code() != 0) {
            asked.cancel(true);
            ended(end, Reason.Kind.INPUT, why);
            return;
        }
        Proof.Verdict verdict;
        try {
            verdict = asked.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
        if (!verdict.unequal().isEmpty()) {
            folder.forget(UNFINISHED);
            settle(end, this::recordLibrary);
            ended(end, Reason.Kind.INPUT, why + "; " + verdict.unequal());
            return;
        }
        Map<String, String> now;
        try {
            now = unchanged(before);
            String missing = imports.missing(folder.path(UnitFolder.RLIB), call.rlib());
            if (!missing.isEmpty()) {
                throw new IOException("a dependent uses " + missing + ", which it does not define any more");
            }
            String lost = verdict.body().isEmpty() ? "" : Imports.lost(announced(), call.rlib());
            if (!lost.isEmpty()) {
                throw new IOException(
                        "only the body of " + verdict.body() + " is another, but " + lost + " is not defined any more");
            }
        } catch (IOException e) {
            // What was compiled is whole, and is announced as it is.
            folder.forget(UNFINISHED);
            settle(end, this::recordLibrary);
            ended(end, Reason.Kind.INPUT, why + "; " + e.getMessage());
            return;
        }
        announceAgain(record, now, relaxed, end);
        tell(
                Action.REBUILD,
                Reason.Kind.INPUT,
                why
                        + (verdict.body().isEmpty()
                                ? "; its interface is as it was"
                                : "; the change lies in the body of " + verdict.body() + ", which no dependent can see")
                        + ": dependents may stay",
                end.micros(),
                0);
        talk.over();
    }

    /** The inputs now, where none of those that were compared is another. */
    private Map<String, String> unchanged(Map<String, String> before) throws IOException {
        Map<String, String> now = current();
        for (var entry : before.entrySet()) {
            String is = now.get(entry.getKey());
            if (is != null && !is.equals(entry.getValue())) {
                throw new IOException(entry.getKey() + " changed while it was compiled");
            }
        }
        return now;
    }

    /** The library as it was when the announced metadata was made. */
    private Path announced() {
        Path kept = folder.path(UnitFolder.ANNOUNCED);
        return Files.exists(kept) ? kept : folder.path(UnitFolder.RLIB);
    }

    private void announceAgain(UnitRecord record, Map<String, String> now, boolean relaxed, Talk.End end)
            throws IOException {
        byte[] rlib = Libraries.with(call.rlib(), Libraries.metadata(folder.path(UnitFolder.RLIB)));
        folder.forget(UNFINISHED);
        if (relaxed) {
            folder.markRelaxed();
        }
        if (!Files.exists(folder.path(UnitFolder.ANNOUNCED))) {
            folder.keep(folder.path(UnitFolder.RLIB), UnitFolder.ANNOUNCED);
        }
        folder.keep(rlib, UnitFolder.RLIB);
        folder.keep(Files.readAllBytes(call.depInfo()), UnitFolder.DEP_INFO);
        folder.keep(end.said(), UnitFolder.SAID);
        folder.restore(UnitFolder.RLIB, call.rlib());
        folder.restore(UnitFolder.RMETA, call.rmeta());
        write(now, record.base(), LIBRARY_FILES, relaxed || record.relaxed(), end.micros());
    }

    /** Compiles a program, and has its link noted. */
    void program(Reason.Kind kind, String why, Client client, String host) throws IOException {
        folder.forget(UNFINISHED);
        Path place = folder.path(UnitFolder.LINK);
        UnitFolder.delete(place);
        Files.createDirectories(place);
        Client.Linker linker = client.linker(call, host);
        List<String> variables = linker.replaced().isEmpty()
                ? List.of()
                : List.of(
                        "CUTOFF_CARGO_LINK",
                        place.toString(),
                        "CUTOFF_CARGO_LINK_OUTPUT",
                        call.program().toString(),
                        "CUTOFF_CARGO_LINKER",
                        linker.real());
        talk.run(false, linker.replaced(), variables);
        Talk.End end = talk.end();
        if (end.code() == 0) {
            settle(end, this::recordProgram);
        } else {
            folder.forget("the earlier compile failed");
        }
        ended(end, kind, why);
    }

    private void recordProgram(Talk.End end) throws IOException {
        folder.keep(Files.readAllBytes(call.depInfo()), UnitFolder.DEP_INFO);
        folder.keep(end.said(), UnitFolder.SAID);
        List<String> names = new ArrayList<>(PROGRAM_FILES);
        LinkRecord.read(folder.path(UnitFolder.LINK), call).ifPresent(link -> {
            names.add(UnitFolder.LINK + "/command");
            names.addAll(link.kept(folder.path("")));
        });
        names.sort(Comparator.naturalOrder());
        write(current(), Map.of(), names, false, end.micros());
    }
}
