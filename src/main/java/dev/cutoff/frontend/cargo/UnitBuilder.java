package dev.cutoff.frontend.cargo;

import dev.cutoff.model.Action;
import dev.cutoff.model.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** Decides what happens at a call of the compiler, and sees to it. */
final class UnitBuilder {

    private final Terms terms;
    private final Units units;
    private final Inputs inputs;
    private final Toolchain.Known toolchains;
    private final Client client;
    private final Tally tally;
    private final ExecutorService threads;

    UnitBuilder(
            Terms terms,
            Units units,
            Inputs inputs,
            Toolchain.Known toolchains,
            Client client,
            Tally tally,
            ExecutorService threads) {
        this.terms = terms;
        this.units = units;
        this.inputs = inputs;
        this.toolchains = toolchains;
        this.client = client;
        this.tally = tally;
        this.threads = threads;
    }

    void build(RustcCall call, Talk talk) throws IOException {
        long begun = System.nanoTime();
        String why = call.why();
        if (why.isEmpty()) {
            why = toolchains.of(call).why();
        }
        if (!why.isEmpty()) {
            talk.pass();
            tally.add(call, Action.REBUILD, Reason.Kind.NO_EVIDENCE, "left to the compiler: " + why, 0, 0, 0);
            return;
        }
        inputs.macros(call);
        UnitFolder folder = units.folder(call);
        Compile compile = new Compile(call, folder, talk, inputs, new Imports(units), tally, begun);
        Optional<UnitRecord> stored = folder.record();
        if (stored.isEmpty()) {
            plain(compile, call, Reason.Kind.NO_RECORD, units.whyNone(call));
            return;
        }
        UnitRecord record = stored.get();
        Map<String, String> now = inputs.of(
                call,
                StateFile.names(record.inputs(), Inputs.SOURCE).stream()
                        .map(java.nio.file.Path::of)
                        .toList(),
                StateFile.names(record.inputs(), Inputs.READ_VARIABLE));
        List<String> different = Inputs.different(record.inputs(), now);
        boolean whole = folder.isWhole(record);
        if (different.isEmpty() && whole) {
            again(compile, call, folder, record);
        } else if (!whole) {
            plain(compile, call, Reason.Kind.STORE, "kept files of the earlier compile were changed or are gone");
        } else if (call.kind() == RustcCall.Kind.LIBRARY
                && different.stream().allMatch(name -> name.startsWith(Inputs.SOURCE))) {
            proven(compile, call, folder, record, now, different);
        } else {
            plain(compile, call, Reason.Kind.INPUT, Changes.text(record.inputs(), now, different));
        }
    }

    /** All inputs are equal: a library is as it was, a program is linked. */
    private void again(Compile compile, RustcCall call, UnitFolder folder, UnitRecord record) throws IOException {
        if (call.kind() == RustcCall.Kind.LIBRARY) {
            compile.repeat(record, Action.KEEP, "its inputs are equal, what its dependencies announce too", 0);
            return;
        }
        Optional<LinkRecord> link = LinkRecord.read(folder.path(UnitFolder.LINK), call);
        if (link.isEmpty()) {
            plain(compile, call, Reason.Kind.NO_EVIDENCE, "its link can't be repeated");
            return;
        }
        long before = System.nanoTime();
        Said said = link.get().run(call);
        if (said.code() == 0) {
            long took = (System.nanoTime() - before) / 1000;
            compile.repeat(record, Action.RELINK, "its inputs are equal, and what it links was made anew", took);
        } else {
            tally.relinkFailed();
            plain(compile, call, Reason.Kind.BUILD, "linking again failed");
        }
    }

    private void plain(Compile compile, RustcCall call, Reason.Kind kind, String why) throws IOException {
        if (call.kind() == RustcCall.Kind.PROGRAM) {
            compile.program(kind, why, client, toolchains.of(call).host());
        } else {
            compile.library(kind, why);
        }
    }

    private void proven(
            Compile compile,
            RustcCall call,
            UnitFolder folder,
            UnitRecord record,
            Map<String, String> now,
            List<String> different)
            throws IOException {
        String changed = Changes.text(record.inputs(), now, different);
        String why = "";
        if (!terms.proofs()) {
            why = "no comparison is allowed (policy strict)";
        } else if (record.base().isEmpty()) {
            why = "its earlier sources are not kept";
        } else if (terms.exact() && record.relaxed()) {
            why = "its lines were announced as they are not, by an earlier run with --lines relaxed";
        } else if (!Files.isRegularFile(folder.path(UnitFolder.RMETA))) {
            why = "its earlier metadata is gone";
        }
        if (!why.isEmpty()) {
            plain(compile, call, Reason.Kind.INPUT, changed + "; " + why);
            return;
        }
        boolean macros = now.keySet().stream().anyMatch(name -> name.startsWith(Inputs.MACRO));
        Proof proof = new Proof(folder, call, terms.exact(), macros, threads);
        StringBuilder others = new StringBuilder();
        now.forEach((name, value) -> {
            if (!name.startsWith(Inputs.SOURCE)) {
                others.append(name).append(' ').append(value).append('\n');
            }
        });
        compile.compared(
                record,
                now,
                changed,
                !terms.exact() && !macros,
                () -> proof.run(record.base(), others.toString()),
                threads);
    }
}
