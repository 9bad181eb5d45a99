package dev.cutoff.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Action;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.model.Decision;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Evidence;
import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;
import dev.cutoff.model.Inputs;
import dev.cutoff.model.Observation;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Probing;
import dev.cutoff.model.Reason;
import dev.cutoff.model.Step;
import dev.cutoff.model.Totals;
import dev.cutoff.model.Trust;
import dev.cutoff.model.Use;
import dev.cutoff.model.UseList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeciderTest {

    private static final Digest SOURCES = Digest.ofText("sources");
    private static final Digest ZLIB = Digest.ofText("zlib");
    private static final String HEADER = "/cutoff/deps/zlib/include/zlib.h";

    /** The present, as a test says it is. */
    private static final class Now implements World {
        Digest source = SOURCES;
        Optional<Digest> zlib = Optional.of(ZLIB);
        final Map<String, String> states = new HashMap<>();
        int asked;

        @Override
        public Digest source() {
            return source;
        }

        @Override
        public Optional<Digest> artifact(String need) {
            return zlib;
        }

        @Override
        public Optional<String> now(Fact fact) {
            asked++;
            return fact.entity().startsWith("/cutoff/deps/") && zlib.isEmpty()
                    ? Optional.empty()
                    : Optional.of(states.getOrDefault(
                            fact.kind() + fact.entity(), states.getOrDefault(fact.entity(), "absent")));
        }

        boolean alike;
        boolean readAlike;
        String obstacle = "";
        int tried;
        int read;
        List<String> types = List.of();
        int askedForTypes;

        @Override
        public List<String> typeChanges(BuildRecord record, Use header) {
            askedForTypes++;
            return types;
        }

        @Override
        public Tries preprocess(BuildRecord record, Set<Integer> steps) {
            read++;
            return new Tries(readAlike ? steps : Set.of(), obstacle, 0);
        }

        @Override
        public Tries compile(BuildRecord record, Set<Integer> steps) {
            tried++;
            return new Tries(alike ? steps : Set.of(), "", 0);
        }

        @Override
        public Optional<String> difference(Fact fact) {
            return Optional.of("line 1: a -> b");
        }
    }

    private final Now now = new Now();

    /** Number of the record of what the user has. */
    private long standing;

    private Policy policy = Policy.IDENTICAL;
    private Trust trust = Trust.INCREMENTAL;
    private boolean debugInfoCounts;
    private Probing probing = Probing.AUTO;

    private static Inputs inputs(String... pairs) {
        TreeMap<String, String> values = new TreeMap<>(Map.of("build", "make"));
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return new Inputs(values);
    }

    private static Step step(int number, int parent, String... command) {
        return new Step(
                number, parent, 0, List.of(command), "/cutoff/build/app", Digest.EMPTY, List.of(), List.of(), 0, "");
    }

    private static BuildRecord record(Trust trust, List<String> gaps, Evidence evidence, Fact... facts) {
        List<Use> uses = new ArrayList<>();
        for (Fact fact : facts) {
            uses.add(new Use(fact, evidence, List.of(1)));
        }
        return new BuildRecord(
                "app",
                inputs(),
                SOURCES,
                new TreeMap<>(Map.of("zlib", ZLIB)),
                List.of(step(0, -1, "cc", "-c", "inflate.c"), step(1, 0, "/usr/lib/gcc/cc1", "-quiet", "inflate.c")),
                uses,
                new Observation("strace", gaps, List.of(), ""),
                Digest.ofText("artifact"),
                trust,
                1,
                1,
                0);
    }

    private static BuildRecord observed(Fact... facts) {
        return record(Trust.CLEAN, List.of(), Evidence.OBSERVED, facts);
    }

    private static Fact bytes(String entity, String content) {
        return new Fact(FactKind.BYTES, entity, Digest.ofText(content).hex());
    }

    private Decision decide(boolean forced, Inputs inputs, BuildRecord... records) {
        List<Candidate> candidates = new ArrayList<>();
        for (BuildRecord record : records) {
            candidates.add(new Candidate(
                    new Decision.RecordId(candidates.size() + 1, Digest.ofText("r" + candidates.size())), record));
        }
        return new Decider(new Terms(policy, trust, debugInfoCounts, probing))
                .decide(
                        "app",
                        inputs,
                        candidates,
                        now,
                        forced,
                        all -> all.stream()
                                .filter(c -> c.id().number() == standing)
                                .findFirst());
    }

    private Decision decide(BuildRecord... records) {
        return decide(false, inputs(), records);
    }

    private static Reason.Kind because(Decision decision) {
        return decision.reasons().get(0).kind();
    }

    @Test
    void withoutARecordItIsRebuilt() {
        assertThat(decide().action()).isEqualTo(Action.REBUILD);
        assertThat(because(decide())).isEqualTo(Reason.Kind.NO_RECORD);
    }

    @Test
    void forcedItIsRebuiltWhateverHolds() {
        assertThat(because(decide(true, inputs(), observed()))).isEqualTo(Reason.Kind.FORCED);
    }

    @Test
    void anExactHitAsksNothingOfTheTrees() {
        assertThat(decide(observed(bytes(HEADER, "1"))).action()).isEqualTo(Action.KEEP);
        assertThat(now.asked).isZero();
    }

    /** The system is no tree: its files are asked even where sources and artifacts are what they were. */
    @Test
    void anExactHitStillAsksTheSystem() {
        now.states.put("/usr/bin/cc", Digest.ofText("new").hex());
        Decision decision = decide(observed(bytes("/usr/bin/cc", "old")));
        assertThat(decision.action()).isEqualTo(Action.REBUILD);
    }

    @Test
    void whereAllUsesHoldItIsKeptThoughTheNeedChanged() {
        now.zlib = Optional.of(Digest.ofText("zlib, another body"));
        now.states.put(HEADER, Digest.ofText("1").hex());
        Decision decision = decide(observed(bytes(HEADER, "1")));
        assertThat(decision.action()).isEqualTo(Action.KEEP);
        assertThat(decision.compared()).contains("1 facts hold (1 bytes), of record 1");
    }

    @Test
    void theReasonNamesTheFileAndTheCommandThatAPersonWrote() {
        now.zlib = Optional.of(Digest.ofText("zlib 2"));
        now.states.put(HEADER, Digest.ofText("2").hex());
        Decision decision = decide(observed(bytes(HEADER, "1")));
        assertThat(decision.action()).isEqualTo(Action.REBUILD);
        assertThat(decision.because()).isEqualTo("zlib/include/zlib.h changed (bytes); read by: cc -c inflate.c");
        assertThat(decision.reasons().get(0).dependency()).isEqualTo("zlib");
    }

    @Test
    void aChangedSourceIsAUseLikeAnyOther() {
        now.source = Digest.ofText("README edited");
        now.states.put("/cutoff/build/app/main.c", Digest.ofText("1").hex());
        assertThat(decide(observed(bytes("/cutoff/build/app/main.c", "1"))).action())
                .isEqualTo(Action.KEEP);
        now.states.put("/cutoff/build/app/main.c", Digest.ofText("2").hex());
        assertThat(decide(observed(bytes("/cutoff/build/app/main.c", "1"))).action())
                .isEqualTo(Action.REBUILD);
    }

    @Test
    void whatWasAbsentAndIsThereNowIsAReason() {
        now.source = Digest.ofText("a header appeared");
        now.states.put("/cutoff/build/app/config.h", "file 3");
        Decision decision = decide(observed(new Fact(FactKind.EXISTS, "/cutoff/build/app/config.h", Fact.ABSENT)));
        assertThat(decision.because()).isEqualTo("config.h appeared; was looked for in vain by: cc -c inflate.c");
    }

    @Test
    void aChangedInputEndsTheComparison() {
        Decision decision = decide(false, inputs("env.CFLAGS", "-O2"), observed());
        assertThat(because(decision)).isEqualTo(Reason.Kind.INPUT);
        assertThat(decision.because()).isEqualTo("input env.CFLAGS is new: -O2");
    }

    @Test
    void anIncompleteObservationLicensesNothing() {
        Decision decision = decide(record(Trust.CLEAN, List.of("cut short"), Evidence.OBSERVED));
        assertThat(decision.action()).isEqualTo(Action.REBUILD);
        assertThat(because(decision)).isEqualTo(Reason.Kind.NO_EVIDENCE);
    }

    @Test
    void anIncrementalResultIsNotCleanEnoughForThoseWhoAskForClean() {
        BuildRecord incremental = record(Trust.INCREMENTAL, List.of(), Evidence.OBSERVED);
        assertThat(decide(incremental).action()).isEqualTo(Action.KEEP);
        trust = Trust.CLEAN;
        assertThat(decide(incremental).action()).isEqualTo(Action.REBUILD);
    }

    @Test
    void strictRebuildsForAnyOtherContentOfANeed() {
        now.zlib = Optional.of(Digest.ofText("zlib, another body"));
        now.states.put(HEADER, Digest.ofText("1").hex());
        policy = Policy.STRICT;
        assertThat(because(decide(observed(bytes(HEADER, "1"))))).isEqualTo(Reason.Kind.STRICT);
    }

    /** The table of docs/evidence.md. */
    @Test
    void onlyWhatTheTableNamesLicensesAKeep() {
        Map<Evidence, List<Policy>> table = Map.of(
                Evidence.OBSERVED, List.of(Policy.STRICT, Policy.IDENTICAL, Policy.COMPATIBLE),
                Evidence.DECLARED, List.of(Policy.STRICT, Policy.IDENTICAL, Policy.COMPATIBLE),
                Evidence.LINKED, List.of(Policy.COMPATIBLE),
                Evidence.ASSUMED, List.of());
        for (Evidence evidence : Evidence.values()) {
            for (Policy tried : Policy.values()) {
                policy = tried;
                Decision decision = decide(record(Trust.CLEAN, List.of(), evidence, bytes(HEADER, "1")));
                assertThat(decision.action() == Action.KEEP)
                        .as("%s under %s", evidence, tried)
                        .isEqualTo(table.get(evidence).contains(tried));
            }
        }
    }

    @Test
    void aUseInAnArtifactStillToBeBuiltMakesItWait() {
        now.zlib = Optional.empty();
        Decision decision = decide(observed(bytes(HEADER, "1")));
        assertThat(decision.action()).isEqualTo(Action.WAIT);
        assertThat(decision.because()).contains("zlib must be built first");
    }

    @Test
    void whatFailsAnywayDoesNotWait() {
        now.zlib = Optional.empty();
        now.source = Digest.ofText("edited");
        now.states.put("/cutoff/build/app/main.c", Digest.ofText("2").hex());
        assertThat(decide(observed(bytes(HEADER, "1"), bytes("/cutoff/build/app/main.c", "1")))
                        .action())
                .isEqualTo(Action.REBUILD);
    }

    @Test
    void allRecordsAreTriedNotOnlyTheLast() {
        now.zlib = Optional.of(Digest.ofText("back to 1"));
        now.states.put(HEADER, Digest.ofText("1").hex());
        Decision decision = decide(observed(bytes(HEADER, "1")), observed(bytes(HEADER, "2")));
        assertThat(decision.action()).isEqualTo(Action.KEEP);
        assertThat(decision.record().number()).isEqualTo(1);
    }

    @Test
    void theNearestRecordExplains() {
        now.zlib = Optional.of(Digest.ofText("3"));
        now.states.put(HEADER, Digest.ofText("3").hex());
        now.states.put("/usr/bin/cc", Digest.ofText("cc").hex());
        BuildRecord far = observed(bytes(HEADER, "1"), bytes("/usr/bin/cc", "older"));
        BuildRecord near = observed(bytes(HEADER, "2"), bytes("/usr/bin/cc", "cc"));
        assertThat(decide(near, far).record().number()).isEqualTo(1);
        assertThat(decide(near, far).reasons()).hasSize(1);
    }

    @Test
    void aChangedSizeBesideChangedContentIsNotSaidTwice() {
        now.zlib = Optional.of(Digest.ofText("2"));
        now.states.put(HEADER, Digest.ofText("2").hex());
        Decision decision = decide(observed(new Fact(FactKind.EXISTS, HEADER, "file 3"), bytes(HEADER, "1")));
        assertThat(decision.reasons()).hasSize(1);
        assertThat(decision.reasons().get(0).entity()).isEqualTo("bytes zlib/include/zlib.h");
    }

    @Test
    void changedNamesOfAFolderAreShown() {
        now.source = Digest.ofText("2");
        now.states.put("/cutoff/build/app/src", "f a.c/f c.c");
        Decision decision = decide(observed(new Fact(FactKind.LISTING, "/cutoff/build/app/src", "f a.c/f b.c")));
        assertThat(decision.because()).isEqualTo("the names in src changed (+c.c -b.c); listed by: cc -c inflate.c");
    }

    private static Fact tokens(String scope, String tokens, String content) {
        return new Fact(
                FactKind.TOKENS,
                HEADER,
                scope,
                Digest.ofText(content).hex(),
                Digest.ofText(tokens).hex());
    }

    private void header(String tokens, String content) {
        now.zlib = Optional.of(Digest.ofText("another artifact"));
        now.states.put(FactKind.TOKENS + HEADER, Digest.ofText(tokens).hex());
        now.states.put(FactKind.BYTES + HEADER, Digest.ofText(content).hex());
    }

    @Test
    void aNarrowFactHoldsByTheWholeContentOrByItsPart() {
        header("tokens", "content");
        assertThat(decide(observed(tokens("", "older tokens", "content"))).action())
                .isEqualTo(Action.KEEP);
        header("tokens", "a comment more");
        assertThat(decide(observed(tokens("", "tokens", "content"))).action()).isEqualTo(Action.KEEP);
        header("other tokens", "other content");
        probing = Probing.NEVER;
        Decision decision = decide(observed(tokens("", "tokens", "content")));
        assertThat(decision.because()).isEqualTo("tokens zlib/include/zlib.h: line 1: a -> b; seen by cc -c inflate.c");
    }

    @Test
    void debugInfoCountsWhereItIsAskedFor() {
        header("tokens", "a comment more");
        BuildRecord withDebugInfo = observed(tokens(Fact.WITH_DEBUG_INFO, "tokens", "content"));
        assertThat(decide(withDebugInfo).action()).isEqualTo(Action.KEEP);
        debugInfoCounts = true;
        assertThat(decide(withDebugInfo).action()).isEqualTo(Action.REBUILD);
        assertThat(decide(observed(tokens("", "tokens", "content"))).action()).isEqualTo(Action.KEEP);
        header("tokens", "content");
        assertThat(decide(withDebugInfo).action()).isEqualTo(Action.KEEP);
    }

    @Test
    void aQueryWhoseFilesChangedIsJudgedByItsAnswer() {
        String pc = "/cutoff/deps/zlib/lib/pkgconfig/zlib.pc";
        now.zlib = Optional.of(Digest.ofText("another artifact"));
        now.states.put(pc, Digest.ofText("2").hex());
        Fact answer = new Fact(FactKind.ANSWER, "pkg-config --cflags zlib", "query", "", "-I/x");
        now.states.put(answer.entity(), "-I/x");
        assertThat(decide(observed(bytes(pc, "1"), answer)).action()).isEqualTo(Action.KEEP);
        now.states.put(answer.entity(), "-I/y");
        Decision decision = decide(observed(bytes(pc, "1"), answer));
        assertThat(decision.action()).isEqualTo(Action.REBUILD);
        assertThat(decision.because()).startsWith("zlib/lib/pkgconfig/zlib.pc changed");
    }

    @Test
    void whatAnotherStepReadTooIsNoQuerysToSettle() {
        String pc = "/cutoff/deps/zlib/lib/pkgconfig/zlib.pc";
        now.zlib = Optional.of(Digest.ofText("another artifact"));
        now.states.put(pc, Digest.ofText("2").hex());
        Fact answer = new Fact(FactKind.ANSWER, "pkg-config --cflags zlib", "query", "", "-I/x");
        now.states.put(answer.entity(), "-I/x");
        BuildRecord alone = observed(answer);
        List<Use> uses = new ArrayList<>(alone.uses());
        uses.add(new Use(bytes(pc, "1"), Evidence.OBSERVED, List.of(0, 1)));
        BuildRecord both = new BuildRecord(
                alone.unit(),
                alone.inputs(),
                alone.source(),
                alone.needs(),
                alone.steps(),
                uses,
                alone.observation(),
                alone.artifact(),
                alone.trust(),
                1,
                1,
                0);
        assertThat(decide(both).action()).isEqualTo(Action.REBUILD);
    }

    private static final String COMPILER = "/usr/lib/gcc/x86_64-linux-gnu/12/cc1";

    private static Step step(int number, String program, List<String> writes, List<String> read, String... rest) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(rest));
        return new Step(number, -1, 0, command, "/cutoff/build/app", Digest.EMPTY, writes, read, 0, "");
    }

    private static Fact tokens(String path, String was) {
        return new Fact(
                FactKind.TOKENS,
                path,
                "",
                Digest.ofText(was).hex(),
                Digest.ofText("tokens " + was).hex());
    }

    /** A record of one compile step and another step, with a header of a need that has changed. */
    private static BuildRecord compiled(Step compile, Step other, Use... uses) {
        BuildRecord plain = observed();
        return new BuildRecord(
                plain.unit(),
                plain.inputs(),
                plain.source(),
                plain.needs(),
                List.of(compile, other),
                List.of(uses),
                plain.observation(),
                plain.artifact(),
                plain.trust(),
                1,
                1,
                0);
    }

    private static final Step COMPILE = step(0, COMPILER, List.of("/tmp/ccabcdef.s"), List.of(), "-quiet", "inflate.c");
    private static final Step LINK = step(1, "/usr/bin/ld", List.of("/cutoff/build/app/app"), List.of("/tmp/x.o"));

    private static Use use(Fact fact, Integer... steps) {
        return new Use(fact, Evidence.OBSERVED, List.of(steps));
    }

    /** What the preprocessor makes of a source decides, where it is the same. */
    @Test
    void whatReadsAlikeIsNotCompiled() {
        now.readAlike = true;
        Use header = use(tokens(HEADER, "old"), 0);
        assertThat(probed(Policy.COMPATIBLE, false, COMPILE, LINK, header).action())
                .isEqualTo(Action.KEEP);
        assertThat(now.tried).isZero();
        assertThat(now.read).isEqualTo(1);
    }

    /** A precompiled header is taken by the compiler alone; warnings that are errors may hang on where a macro was defined. */
    @Test
    void whatTheTextDoesNotTellIsCompiled() {
        now.readAlike = true;
        Use header = use(tokens(HEADER, "old"), 0);
        Fact appeared = new Fact(FactKind.PRESENCE, "/cutoff/deps/zlib/include/zlib.h.gch", Fact.ABSENT);
        Fact used = bytes("/cutoff/deps/zlib/include/zlib.h.gch/O2", "old");
        now.states.put(used.entity(), Digest.ofText("old").hex());
        Fact stillAbsent = new Fact(FactKind.PRESENCE, "/cutoff/deps/zlib/include/zconf.h.gch", Fact.ABSENT);
        for (boolean alike : new boolean[] {true, false}) {
            Action expected = alike ? Action.KEEP : Action.REBUILD;
            assertThat(probed(Policy.COMPATIBLE, alike, COMPILE, LINK, header, use(used, 0))
                            .action())
                    .isEqualTo(expected);
            now.states.put(appeared.entity(), "file");
            assertThat(probed(Policy.COMPATIBLE, alike, COMPILE, LINK, header, use(appeared, 0))
                            .action())
                    .isEqualTo(expected);
            Step strict = step(
                    0,
                    COMPILER,
                    List.of("/tmp/ccabcdef.s"),
                    List.of(),
                    "-quiet",
                    "-Werror=format-security",
                    "inflate.c");
            assertThat(probed(Policy.COMPATIBLE, alike, strict, LINK, header).action())
                    .isEqualTo(expected);
            assertThat(now.tried).isPositive();
            assertThat(probed(Policy.COMPATIBLE, alike, COMPILE, LINK, header, use(stillAbsent, 0))
                            .action())
                    .isEqualTo(Action.KEEP);
            assertThat(now.tried).isZero();
        }
    }

    @Test
    void whatCannotBeTriedIsRebuiltAndTheReasonSaysWhy() {
        now.obstacle = "the store has no longer what zlib was at the last build";
        now.states.put(HEADER, Digest.ofText("new").hex());
        Decision decision = probed(Policy.COMPATIBLE, true, COMPILE, LINK, use(tokens(HEADER, "old"), 0));
        assertThat(decision.action()).isEqualTo(Action.REBUILD);
        assertThat(decision.because())
                .endsWith("not tried by compiling: the store has no longer what zlib was at the last build");
        assertThat(now.tried).isZero();
    }

    /** Types explain what is rebuilt, and nothing asks for them else. */
    @Test
    void whatMovedStandsBesideTheHeadersLine() {
        now.types = List.of("struct z_stream: size 8 -> 16 bytes", "enum flush: gone", "struct other: moved");
        header("new tokens", "new content");
        Use header = use(tokens(HEADER, "old"), 0);
        for (Policy any : List.of(Policy.IDENTICAL, Policy.COMPATIBLE)) {
            assertThat(probed(any, false, COMPILE, LINK, header).because())
                    .contains("line 1: a -> b")
                    .endsWith("; struct z_stream: size 8 -> 16 bytes; enum flush: gone; and 1 more of its types");
        }
        now.askedForTypes = 0;
        assertThat(probed(Policy.COMPATIBLE, true, COMPILE, LINK, header).action())
                .isEqualTo(Action.KEEP);
        now.states.put("/cutoff/build/app/inflate.c", Digest.ofText("new").hex());
        Use source = use(tokens("/cutoff/build/app/inflate.c", "old"), 0);
        Use bytes = use(bytes(HEADER, "old"), 0);
        assertThat(probed(Policy.IDENTICAL, true, COMPILE, LINK, source).because())
                .doesNotContain("z_stream");
        assertThat(probed(Policy.IDENTICAL, true, COMPILE, LINK, bytes).because())
                .doesNotContain("z_stream");
        assertThat(now.askedForTypes).isZero();
    }

    @Test
    void ofManyHeadersTheFirstAreExplained() {
        now.types = List.of("struct z_stream: moved");
        Use[] headers = new Use[9];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = use(tokens("/cutoff/deps/zlib/include/" + i + ".h", "old"), 0);
        }
        Decision decision = probed(Policy.IDENTICAL, false, COMPILE, LINK, headers);
        assertThat(decision.reasons()).hasSize(9);
        assertThat(now.askedForTypes).isEqualTo(3);
    }

    /** Compiling all twice to save a build that takes less. */
    @Test
    void triesThatTakeLongerThanARebuildAreNotBegun() {
        Use header = use(tokens(HEADER, "old"), 0);
        for (double[] row : new double[][] {
            // Seconds of the compile step and of the other one; whether it is tried.
            {30, 0, 0}, {30, 29, 0}, {30, 31, 1}, {1.9, 0, 1}, {2.1, 0, 0}
        }) {
            Step compile = took(COMPILE, row[0]);
            Decision decision = probed(Policy.COMPATIBLE, true, compile, took(LINK, row[1]), header);
            assertThat(now.tried).as(row[0] + " and " + row[1]).isEqualTo((int) row[2]);
            if (row[2] == 0) {
                assertThat(decision.because()).contains("1 steps twice take longer (");
            }
        }
        // What reads alike is no matter of cost.
        now.readAlike = true;
        assertThat(probed(Policy.COMPATIBLE, true, took(COMPILE, 30), LINK, header)
                        .action())
                .isEqualTo(Action.KEEP);
    }

    private static Step took(Step step, double seconds) {
        return new Step(
                step.number(),
                step.parent(),
                step.line(),
                step.command(),
                step.folder(),
                step.environment(),
                step.writes(),
                step.outputsRead(),
                seconds,
                "");
    }

    private Decision probed(Policy terms, boolean alike, Step compile, Step other, Use... uses) {
        policy = terms;
        now.alike = alike;
        now.zlib = Optional.of(Digest.ofText("another zlib"));
        now.tried = 0;
        return decide(compiled(compile, other, uses));
    }

    @Test
    void aHeaderThatChangedWithoutAnotherCodeKeepsButUnderStrict() {
        Use header = use(tokens(HEADER, "old"), 0);
        for (Policy any : List.of(Policy.IDENTICAL, Policy.COMPATIBLE)) {
            assertThat(probed(any, true, COMPILE, LINK, header).action()).isEqualTo(Action.KEEP);
            assertThat(now.tried).isEqualTo(1);
        }
        probing = Probing.NEVER;
        assertThat(probed(Policy.IDENTICAL, true, COMPILE, LINK, header).action())
                .isEqualTo(Action.REBUILD);
        probing = Probing.ALWAYS;
        assertThat(probed(Policy.STRICT, true, COMPILE, LINK, header).action()).isEqualTo(Action.REBUILD);
        assertThat(now.tried).isZero();
    }

    @Test
    void otherCodeIsRebuiltAndTheHeaderNamed() {
        now.states.put(HEADER, Digest.ofText("new").hex());
        Decision decision = probed(Policy.COMPATIBLE, false, COMPILE, LINK, use(tokens(HEADER, "old"), 0));
        assertThat(decision.action()).isEqualTo(Action.REBUILD);
        assertThat(decision.because()).contains("zlib/include/zlib.h: line 1: a -> b");
    }

    @Test
    void whereDebugInfoCountsNothingIsTried() {
        debugInfoCounts = true;
        Decision decision = probed(Policy.COMPATIBLE, true, COMPILE, LINK, use(tokens(HEADER, "old"), 0));
        assertThat(decision.action()).isEqualTo(Action.REBUILD);
    }

    /** A failed fact that compiling can't settle: then it is not compiled at all. */
    @Test
    void onlyHeadersOfNeedsThatCompilersAloneReadAreSettled() {
        Use header = use(tokens(HEADER, "old"), 0);
        for (Use other : List.of(
                use(tokens("/cutoff/build/app/inflate.c", "old"), 0),
                use(tokens("/usr/include/stdio.h", "old"), 0),
                use(tokens("/cutoff/deps/other/include/other.h", "old"), 0),
                use(bytes(HEADER, "old"), 0),
                use(tokens(HEADER, "old"), 0, 1),
                use(tokens(HEADER, "old")),
                use(bytes("/cutoff/deps/zlib/lib/libz.a", "old"), 1),
                new Use(tokens(HEADER, "older"), Evidence.LINKED, List.of(0)))) {
            Decision decision = probed(Policy.COMPATIBLE, true, COMPILE, LINK, header, other);
            assertThat(decision.action()).as(other.toString()).isEqualTo(Action.REBUILD);
            assertThat(now.tried).as(other.toString()).isZero();
        }
    }

    /** A header that appears earlier on the way is the compiler's to settle, in a step that is understood. */
    @Test
    void whatACompilerLookedForInVainIsSettledToo() {
        Fact appeared = new Fact(FactKind.PRESENCE, "/cutoff/deps/zlib/include/stdio.h", Fact.ABSENT);
        now.states.put(appeared.entity(), "file");
        now.states.put("TOKENS" + HEADER, tokens(HEADER, "old").state());
        now.states.put("BYTES" + HEADER, Digest.ofText("old").hex());
        Use header = use(tokens(HEADER, "old"), 0);
        assertThat(probed(Policy.COMPATIBLE, true, COMPILE, LINK, header, use(appeared, 0))
                        .action())
                .isEqualTo(Action.KEEP);
        assertThat(probed(Policy.COMPATIBLE, true, COMPILE, LINK, use(appeared, 0))
                        .action())
                .isEqualTo(Action.REBUILD);
    }

    @Test
    void aStepThatCannotBeRunByItselfIsNotTried() {
        Use header = use(tokens(HEADER, "old"), 0);
        List<String> assembly = List.of("/tmp/ccabcdef.s");
        Step made = step(0, COMPILER, assembly, List.of("/cutoff/build/app/config.h"), "-quiet", "inflate.c");
        Step ofAnother =
                step(0, COMPILER, assembly, List.of("/cutoff/build/app/a-0a1b2c3d.o.tmp"), "-quiet", "inflate.c");
        Step ofTheUnit = step(0, "/cutoff/deps/zlib/bin/cc1", assembly, List.of(), "-quiet", "inflate.c");
        Step ownHeaders = step(0, COMPILER, assembly, List.of(), "-I/cutoff/deps/app/include", "inflate.c");
        Step elsewhere = step(0, COMPILER, assembly, List.of(), "-isystem", "/tmp/include", "inflate.c");
        for (Step compile : List.of(made, ofAnother, ofTheUnit, ownHeaders, elsewhere)) {
            Decision decision = probed(Policy.COMPATIBLE, true, compile, LINK, header);
            assertThat(decision.action()).as(compile.toString()).isEqualTo(Action.REBUILD);
            assertThat(now.tried).isZero();
        }
    }

    /** Shells start clang by its bare name; that it is the machine's its use says. */
    @Test
    void clangOfTheMachineIsTriedToo() {
        Use header = use(tokens(HEADER, "old"), 0);
        Step driver = step(
                0,
                "clang",
                List.of("/cutoff/build/app/inflate.o", "/cutoff/build/app/inflate-0a1b2c3d.o.tmp"),
                List.of("/cutoff/build/app/inflate-0a1b2c3d.o.tmp"),
                "-c",
                "inflate.c");
        Step proper = step(0, "/usr/lib/llvm-14/bin/clang", List.of("/tmp/a.o"), List.of(), "-cc1", "inflate.c");
        Step archive = step(1, "ar", List.of("/cutoff/build/app/libx.a"), List.of("/cutoff/build/app/inflate.o"));
        String machines = "/usr/lib/llvm-14/bin/clang";
        now.states.put(machines, Digest.ofText("clang").hex());
        now.states.put("/cutoff/deps/zlib/bin/clang", Digest.ofText("clang").hex());
        for (Step compile : List.of(driver, proper)) {
            assertThat(probed(Policy.COMPATIBLE, true, compile, archive, header, use(bytes(machines, "clang"), 0))
                            .action())
                    .isEqualTo(Action.KEEP);
            Use ofANeed = use(bytes("/cutoff/deps/zlib/bin/clang", "clang"), 0);
            assertThat(probed(Policy.COMPATIBLE, true, compile, archive, header, ofANeed)
                            .action())
                    .isEqualTo(Action.REBUILD);
            assertThat(probed(Policy.COMPATIBLE, true, compile, archive, header).action())
                    .isEqualTo(Action.REBUILD);
        }
    }

    /** Which headers there are stands in the lists, and who reads them could do something else. */
    @Test
    void aListOfHeadersThatSomebodyReadIsNotTried() {
        List<String> outputs = List.of("/tmp/ccabcdef.s", "/cutoff/build/app/inflate.d");
        Step compile = step(0, COMPILER, outputs, List.of(), "-MD", "inflate.d", "inflate.c");
        Use header = use(tokens(HEADER, "old"), 0);
        assertThat(probed(Policy.COMPATIBLE, true, compile, LINK, header).action())
                .isEqualTo(Action.KEEP);
        Step reader = step(1, "/usr/bin/install", List.of(), List.of("/cutoff/build/app/inflate.d"));
        assertThat(probed(Policy.COMPATIBLE, true, compile, reader, header).action())
                .isEqualTo(Action.REBUILD);
    }

    /** Of another record less may have changed, but not what the user did. */
    @Test
    void reasonsAreToldByTheRecordOfWhatTheUserHas() {
        Fact one = bytes("/usr/include/one.h", "1");
        Fact two = bytes("/usr/include/two.h", "1");
        BuildRecord mine = observed(one, two);
        BuildRecord nearest = observed(bytes("/usr/include/one.h", "3"));
        assertThat(decide(mine, nearest).reasons()).hasSize(1);
        standing = 1;
        Decision decision = decide(mine, nearest);
        assertThat(decision.action()).isEqualTo(Action.REBUILD);
        assertThat(decision.reasons()).hasSize(2);
        assertThat(decision.record().number()).isEqualTo(1);
    }

    /** A plan says what there is to try, and tries nothing. */
    @Test
    void whereAPlanIsMadeNothingIsTried() {
        probing = Probing.AUTO.planned();
        Decision decision = probed(Policy.IDENTICAL, true, took(COMPILE, 1.5), LINK, use(tokens(HEADER, "old"), 0));
        assertThat(decision.action()).isEqualTo(Action.MAYBE);
        assertThat(decision.reasons().getFirst().text())
                .isEqualTo("probe of 1 file, about 3 s: zlib/include/zlib.h changed");
        assertThat(decision.reasons().get(1).text()).startsWith("zlib/include/zlib.h is gone; was read by");
        assertThat(now.tried + now.read).isZero();

        probing = Probing.ALWAYS.planned();
        assertThat(probed(Policy.IDENTICAL, true, COMPILE, LINK, use(tokens(HEADER, "old"), 0))
                        .action())
                .isEqualTo(Action.KEEP);
        probing = Probing.NEVER.planned();
        assertThat(probed(Policy.IDENTICAL, true, COMPILE, LINK, use(tokens(HEADER, "old"), 0))
                        .action())
                .isEqualTo(Action.REBUILD);
        assertThat(Probing.of("later")).isEmpty();
    }

    @Test
    void whoWaitsForWhatMayBeKeptSaysSo() {
        Reason first = new Reason(Reason.Kind.DEPENDENCY, "a", null, null, null, null, "a must be built first");
        Reason second = new Reason(Reason.Kind.DEPENDENCY, "b", null, null, null, null, "b must be built first");
        Decision wait = new Decision("app", Action.WAIT, List.of(first, second), null, "");
        assertThat(Provisos.waitingFor(wait, Set.of("b")).reasons())
                .extracting(Reason::text)
                .containsExactly("a must be built first", "b may have to be built first");
    }

    /** Uses as the store has them: facts can be had without who relied on them. */
    private final class Late extends UseList {
        private final List<Use> all;

        Late(List<Use> all) {
            this.all = all;
        }

        @Override
        public Totals totals() {
            return Totals.of(all);
        }

        @Override
        public List<Use> beyondTrees() {
            return UseList.beyondTrees(all);
        }

        @Override
        public List<Part> parts() {
            return List.of(
                    new Part("", this, all.stream().map(Use::fact).toList(), null, Digest.ofText("" + all.hashCode())));
        }

        @Override
        public Use get(int index) {
            asked.add(all);
            return all.get(index);
        }

        @Override
        public int size() {
            return all.size();
        }
    }

    private final Set<List<Use>> asked = new HashSet<>();

    /** A record whose first sources are others than now. */
    private BuildRecord edited(int number, int changed, int all) {
        List<Use> uses = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            String file = "/cutoff/build/app/" + i + ".h";
            now.states.put(file, Digest.ofText("now").hex());
            String state = Digest.ofText(i < changed ? "was " + number : "now").hex();
            uses.add(new Use(new Fact(FactKind.BYTES, file, state), Evidence.OBSERVED, List.of(1)));
        }
        BuildRecord plain = observed();
        return new BuildRecord(
                "app",
                plain.inputs(),
                Digest.ofText("then"),
                plain.needs(),
                plain.steps(),
                new Late(uses),
                plain.observation(),
                plain.artifact(),
                plain.trust(),
                1,
                1,
                0);
    }

    /** A unit that is worked on has hundreds of records, and each has thousands of steps. */
    @Test
    void ofManyRecordsOnlyTheNearestAreReadWhole() {
        BuildRecord[] records = new BuildRecord[100];
        for (int i = 0; i < records.length; i++) {
            records[i] = edited(i, 1 + i % 50, 60);
        }
        standing = 100;
        assertThat(decide(records).action()).isEqualTo(Action.REBUILD);
        assertThat(asked).hasSizeLessThanOrEqualTo(9);
        assertThat(asked)
                .contains(
                        ((Late) records[50].uses()).all,
                        ((Late) records[0].uses()).all,
                        ((Late) records[51].uses()).all);
    }

    @Test
    void aRecordThatHoldsIsFoundAmongAny() {
        for (int place : List.of(0, 40, 99)) {
            BuildRecord[] records = new BuildRecord[100];
            for (int i = 0; i < records.length; i++) {
                records[i] = edited(i, i == place ? 0 : 1, 60);
            }
            Decision decision = decide(records);
            assertThat(decision.action()).isEqualTo(Action.KEEP);
            assertThat(decision.record().number()).isEqualTo(place + 1);
        }
    }
}
