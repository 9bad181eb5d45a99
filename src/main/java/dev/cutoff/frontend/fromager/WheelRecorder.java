package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.frontend.python.Memory;
import dev.cutoff.frontend.python.Version;
import dev.cutoff.frontend.python.WheelName;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Inputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records what wheels were built with. */
public final class WheelRecorder {

    /**
     * Where inputs and records are.
     *
     * @param again whether the wheel may have been recorded with another build environment before: it was built anew, to the
     *     same bytes
     * @param process the environment that fromager runs in
     */
    public record Setting(Places places, String platform, Path records, boolean again, Map<String, String> process) {}

    /**
     * What was recorded.
     *
     * @param file where the record is
     * @param known whether it was there already
     */
    public record Recorded(String unit, Path file, boolean known, List<String> gaps) {}

    private final Setting setting;
    private final Memory memory;
    private final InstantSource clock;
    private final Fingerprints fingerprints;
    private final WheelRecords records;
    private final CompiledHeaders headers;
    private final CopiedCode copies = new CopiedCode();

    public WheelRecorder(Setting setting, Memory memory, InstantSource clock) {
        this.setting = setting;
        this.memory = memory;
        this.clock = clock;
        this.fingerprints = new Fingerprints(memory, setting.records());
        this.records = new WheelRecords(setting.records());
        this.headers = new CompiledHeaders(setting.records());
    }

    /**
     * Records a wheel.
     *
     * @param told a {@code cutoff.build-env/1} document
     * @throws Failure of kind INPUT for a broken wheel or document, or where one is not of the other; then nothing is written
     */
    public Recorded record(Path wheel, Path told) {
        BuildEnv env = BuildEnv.read(told);
        WheelName name = name(wheel);
        if (!name.distribution().equals(env.name()) || !name.version().isSameAs(env.version())) {
            throw Failure.input(
                    told + ": is of " + env.name() + " " + env.version() + ", and the wheel is " + wheel.getFileName());
        }
        Inputs inputs = new PackageInputs(setting.places(), env.variant(), setting.platform(), setting.process())
                .of(env.name(), env.version(), name.buildNumber(), env.told());
        if (env.trace().isEmpty()) {
            return record(wheel, env, inputs, Evidence.DECLARED, List.of(), List.of());
        }
        TraceFile trace = trace(env, told);
        return trace.uses().gaps().isEmpty()
                ? record(
                        wheel,
                        env,
                        inputs,
                        Evidence.OBSERVED,
                        List.of(),
                        List.of(),
                        ObservedUses.of(
                                trace.uses(),
                                env.distributions().stream()
                                        .map(BuildEnv.Installed::name)
                                        .toList()))
                : record(
                        wheel,
                        env,
                        inputs,
                        Evidence.DECLARED,
                        List.of(),
                        List.of("what its build read is not known: "
                                + trace.uses().gaps().getFirst()));
    }

    private static TraceFile trace(BuildEnv env, Path told) {
        TraceFile trace;
        try {
            trace = TraceFile.read(Path.of(env.trace()));
        } catch (InvalidPathException e) {
            throw Failure.input(told + ": trace: '" + env.trace() + "' is no path");
        }
        boolean fits = trace.name().equals(env.name())
                && Version.parse(trace.version())
                        .filter(env.version()::isSameAs)
                        .isPresent();
        if (!fits) {
            throw Failure.input(env.trace() + ": is the trace of " + trace.name() + " " + trace.version() + ", and "
                    + told + " is of " + env.name() + " " + env.version());
        }
        return trace;
    }

    static WheelName name(Path wheel) {
        return WheelName.parse(String.valueOf(wheel.getFileName()))
                .orElseThrow(() -> Failure.input(wheel + ": is not named as a wheel is (NAME-VERSION-…-TAGS.whl)"));
    }

    /** Records a wheel of which all that can be told is told. */
    Recorded record(
            Path wheel,
            BuildEnv env,
            Inputs inputs,
            Evidence evidence,
            List<String> furtherGaps,
            List<String> declared) {
        return record(wheel, env, inputs, evidence, furtherGaps, declared, WheelRecord.Observed.NOTHING);
    }

    private Recorded record(
            Path wheel,
            BuildEnv env,
            Inputs inputs,
            Evidence evidence,
            List<String> furtherGaps,
            List<String> declared,
            WheelRecord.Observed observed) {
        Fingerprints.Seen seen = see(wheel);
        List<String> gaps = new ArrayList<>(furtherGaps);
        if (env.source().file().isEmpty()) {
            gaps.add("what source it was built from is not known");
        }
        List<WheelRecord.Distribution> environment = new ArrayList<>();
        List<Fingerprints.Seen> had = new ArrayList<>();
        for (BuildEnv.Installed installed : env.distributions()) {
            Optional<Fingerprints.Seen> found = installed(installed);
            boolean copied = found.map(one -> one.offers() && copies.mayBe(wheel, one.file()))
                    .orElse(true);
            environment.add(distribution(installed, found, copied));
            found.ifPresent(had::add);
        }
        environment.sort(Comparator.comparing(WheelRecord.Distribution::name));
        String version = env.version().toString();
        WheelRecord record = new WheelRecord(
                env.name() + "==" + version,
                String.valueOf(wheel.getFileName()),
                seen.sha256().hex(),
                inputs,
                environment,
                env.source(),
                compiler(env.compiler()),
                evidence,
                gaps,
                declared,
                env.seconds(),
                env.cpuSeconds(),
                clock.millis(),
                observed);
        for (WheelRecord known :
                records.find(env.name(), version, seen.sha256()).usable()) {
            if (same(known, record)) {
                return new Recorded(record.unit(), setting.records(), true, gaps);
            }
            if (!setting.again() && !known.environment().equals(record.environment())) {
                throw Failure.input(wheel + ": is recorded as built with another build environment ("
                        + difference(known, record) + "); was it reused, and not built? If it was built anew, to the"
                        + " same bytes, say --again");
            }
        }
        keep(seen);
        had.forEach(this::keep);
        if (hasCode(seen)) {
            had.forEach(this::compile);
        }
        Path file = records.add(env.name(), version, record);
        if (evidence == Evidence.OBSERVED) {
            // Of the same build less was known before it was over.
            records.removeDeclared(env.name(), version, record);
        }
        return new Recorded(record.unit(), file, false, gaps);
    }

    private void keep(Fingerprints.Seen seen) {
        try {
            fingerprints.keep(seen);
        } catch (FormatException e) {
            throw Failure.input(e.getMessage());
        } catch (IOException e) {
            throw Failure.io("keeping the fingerprint of " + seen.file(), e);
        }
    }

    private boolean hasCode(Fingerprints.Seen seen) {
        try {
            return HeaderAbi.hasCode(fingerprints.wheel(seen));
        } catch (FormatException | IOException e) {
            return true;
        }
    }

    /** What headers say has to be known later, when their wheel may be gone; for wheels with compiled code alone. */
    private void compile(Fingerprints.Seen seen) {
        try {
            if (seen.offers()) {
                headers.keep(fingerprints.wheel(seen), seen.file());
            }
        } catch (FormatException | IOException e) {
            // Without it the headers count by their tokens.
            return;
        }
    }

    private Fingerprints.Seen see(Path wheel) {
        try {
            return fingerprints.see(wheel);
        } catch (FormatException e) {
            throw Failure.input(e.getMessage());
        } catch (IOException e) {
            throw Failure.input(Failure.io("reading " + wheel, e).getMessage());
        }
    }

    /** The wheel of a distribution, if it is what was installed; its content is not known else. */
    private Optional<Fingerprints.Seen> installed(BuildEnv.Installed installed) {
        if (installed.wheel().isEmpty()) {
            return Optional.empty();
        }
        try {
            Path file = Path.of(installed.wheel());
            Optional<WheelName> name = WheelName.parse(String.valueOf(file.getFileName()));
            boolean fits = name.filter(n -> n.distribution().equals(installed.name())
                            && Version.parse(installed.version())
                                    .filter(n.version()::isSameAs)
                                    .isPresent())
                    .isPresent();
            if (!fits || !Files.isRegularFile(file)) {
                return Optional.empty();
            }
            Fingerprints.Seen seen = fingerprints.see(file);
            return installed.sha256().isEmpty()
                            || installed.sha256().equals(seen.sha256().hex())
                    ? Optional.of(seen)
                    : Optional.empty();
        } catch (InvalidPathException | FormatException | IOException e) {
            return Optional.empty();
        }
    }

    private static WheelRecord.Distribution distribution(
            BuildEnv.Installed installed, Optional<Fingerprints.Seen> found, boolean copied) {
        return new WheelRecord.Distribution(
                installed.name(),
                installed.version(),
                found.map(seen -> String.valueOf(seen.file().getFileName())).orElse(""),
                found.map(seen -> seen.sha256().hex()).orElse(""),
                found.filter(Fingerprints.Seen::contentKnown)
                        .map(seen -> seen.content().hex())
                        .orElse(""),
                found.filter(Fingerprints.Seen::abiKnown)
                        .map(seen -> seen.abi().hex())
                        .orElse(""),
                found.map(seen -> seen.document().hex()).orElse(""),
                found.map(Fingerprints.Seen::offers).orElse(true),
                copied);
    }

    private WheelRecord.Compiler compiler(WheelRecord.Compiler told) {
        if (told.path().isEmpty() || !told.sha256().isEmpty()) {
            return told;
        }
        try {
            return new WheelRecord.Compiler(
                    told.path(), memory.digest(Path.of(told.path())).hex(), told.version());
        } catch (IOException | InvalidPathException e) {
            return told;
        }
    }

    private static boolean same(WheelRecord a, WheelRecord b) {
        return a.inputs().equals(b.inputs())
                && a.environment().equals(b.environment())
                && a.source().equals(b.source())
                && a.compiler().equals(b.compiler())
                && a.evidence() == b.evidence()
                && a.observed().equals(b.observed())
                && a.gaps().equals(b.gaps())
                && a.declared().equals(b.declared());
    }

    private static String difference(WheelRecord was, WheelRecord is) {
        for (WheelRecord.Distribution had : was.environment()) {
            Optional<WheelRecord.Distribution> has = is.environment().stream()
                    .filter(d -> d.name().equals(had.name()))
                    .findFirst();
            if (has.isEmpty()) {
                return had.name() + " " + had.version() + ", now without";
            }
            if (!has.get().equals(had)) {
                return had.name() + " " + had.version() + ", now " + has.get().version()
                        + (has.get().version().equals(had.version()) ? " with other content" : "");
            }
        }
        return "it has more distributions now";
    }
}
