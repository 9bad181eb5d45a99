package dev.cutoff.frontend.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.build.Outcome;
import dev.cutoff.build.Request;
import dev.cutoff.model.Action;
import dev.cutoff.model.Policy;
import dev.cutoff.model.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GraphPlanTest {

    private static final String A = Plans.digest('a');
    private static final String B = Plans.digest('b');
    private static final String C = Plans.digest('c');

    /** zlib built twice, with another body and one other header; app and far were built with the first. */
    private static String graph(String zlib, String appUses, String more) {
        return """
                cutoff-graph/1
                fact|0|bytes|/cutoff/deps/zlib/include/zlib.h|1
                fact|1|bytes|/cutoff/deps/zlib/include/zconf.h|1
                fact|2|bytes|/cutoff/deps/zlib/include/zconf.h|2
                fact|3|bytes|/cutoff/deps/app/bin/app|1
                fact|4|bytes|/usr/bin/cc|1
                now|4
                artifact|0|zlib|A|0 1
                artifact|1|zlib|B|0 2
                artifact|2|app|C|3
                artifact|3|far|C
                unit|zlib
                input|build|new
                """.replace("|A", "|" + A).replace("|B", "|" + B).replace("|C", "|" + C)
                + zlib
                + "unit|app|zlib\nrecord|3|2|0|" + appUses + "\nstep|-||cc|-c|app.c\n" + more
                + "unit|far|app\nrecord|4|3|2|3 4\n";
    }

    private static final String FIRST = "record|1|0||4\n";
    private static final String SECOND = "record|2|1||4\n";
    private static final String TO_BUILD = "record|1|0||4\nhad|build|old\n";

    private static Map<String, Outcome> plan(String text, String... forced) {
        return Plans.plan(text, Plans.request(forced));
    }

    private static String actions(Map<String, Outcome> plan) {
        StringBuilder actions = new StringBuilder();
        plan.values().forEach(o -> actions.append(o.decision().action().word()).append(' '));
        return actions.toString().strip();
    }

    private static Reason reason(Map<String, Outcome> plan, String unit) {
        return plan.get(unit).decision().reasons().get(0);
    }

    @Test
    void whereNothingChangedAllAreKept() {
        Map<String, Outcome> plan = plan(graph(FIRST, "0 1 4", ""));
        assertThat(actions(plan)).isEqualTo("keep keep keep");
        assertThat(plan.get("app").decision().compared()).isEqualTo("3 facts hold (3 bytes), of record 3");
    }

    @Test
    void aChangeThatNobodyUsesIsCutOff() {
        assertThat(actions(plan(graph(SECOND, "0 4", "")))).isEqualTo("keep keep keep");
    }

    @Test
    void aFactThatChangedIsTheReason() {
        Map<String, Outcome> plan = plan(graph(SECOND, "0 1@0 4", ""));
        assertThat(actions(plan)).isEqualTo("keep rebuild wait");
        assertThat(reason(plan, "app").text()).isEqualTo("zlib/include/zconf.h changed (bytes); read by: cc -c app.c");
        assertThat(reason(plan, "app").dependency()).isEqualTo("zlib");
        assertThat(reason(plan, "far").text()).isEqualTo("app must be built first");
    }

    @Test
    void whatMustBeBuiltMakesItsUsersWait() {
        Map<String, Outcome> plan = plan(graph(TO_BUILD, "0 4", ""));
        assertThat(actions(plan)).isEqualTo("rebuild wait wait");
        assertThat(reason(plan, "zlib").text()).isEqualTo("input build changed: line 1 was old, is new");
    }

    @Test
    void whoUsesNothingOfItDoesNotWait() {
        assertThat(actions(plan(graph(TO_BUILD, "4", "")))).isEqualTo("rebuild keep keep");
    }

    @Test
    void whatFailsAnywayDoesNotWait() {
        String text = graph(TO_BUILD, "0 4", "").replace("now|4\n", "fact|5|bytes|/usr/bin/cc|2\nnow|5\n");
        assertThat(actions(plan(text))).isEqualTo("rebuild rebuild rebuild");
    }

    @Test
    void forcedUnitsAreRebuilt() {
        assertThat(actions(plan(graph(FIRST, "0 4", ""), "zlib"))).isEqualTo("rebuild wait wait");
        assertThat(actions(plan(graph("force\n" + FIRST, "0 4", "")))).isEqualTo("rebuild wait wait");
        assertThat(actions(plan(graph(FIRST, "0 4", ""), Request.ALL))).isEqualTo("rebuild rebuild rebuild");
        assertThatThrownBy(() -> plan(graph(FIRST, "0 4", ""), "none")).hasMessageContaining("no unit 'none'");
    }

    @Test
    void withoutARecordItIsRebuilt() {
        Map<String, Outcome> plan = plan(graph("", "0 4", ""));
        assertThat(reason(plan, "zlib").kind()).isEqualTo(Reason.Kind.NO_RECORD);
        assertThat(actions(plan)).isEqualTo("rebuild wait wait");
    }

    @Test
    void aFactOfWhichNothingIsKnownLicensesNoKeep() {
        String text = graph(SECOND, "0 4", "").replace("|0 2\n", "|2\n");
        Map<String, Outcome> plan = plan(text);
        assertThat(actions(plan)).isEqualTo("keep rebuild wait");
        assertThat(reason(plan, "app").kind()).isEqualTo(Reason.Kind.NO_EVIDENCE);
        assertThat(reason(plan, "app").text()).isEqualTo("what bytes zlib/include/zlib.h is now is not known");
        assertThat(actions(plan(graph(FIRST, "0 4", "").replace("now|4\n", ""))))
                .isEqualTo("rebuild rebuild rebuild");
    }

    /** Beside a need that changed, one that did not holds as a whole, unless a link leads out of it. */
    @Test
    void anUnchangedArtifactHoldsWithoutItsFacts() {
        String text = """
                cutoff-graph/1
                fact|0|bytes|/cutoff/deps/a/h|1
                fact|1|bytes|/cutoff/deps/b/h|1
                artifact|0|a|A
                artifact|1|b|A
                artifact|2|b|B|1
                artifact|3|c|C
                unit|a
                record|1|0
                unit|b
                record|2|2
                unit|c|a b
                record|3|3|0 1|0 1
                """.replace("|A", "|" + A).replace("|B", "|" + B).replace("|C", "|" + C);
        assertThat(actions(plan(text))).isEqualTo("keep keep keep");
        assertThat(actions(plan(text.replace("0|a|" + A, "0|a|" + A + "||open"))))
                .isEqualTo("keep keep rebuild");
    }

    @Test
    void allOfANeedHoldsWhileItIsTheVerySame() {
        assertThat(actions(plan(graph(FIRST, "*0 4", "")))).isEqualTo("keep keep keep");
        assertThat(actions(plan(graph(TO_BUILD, "*0 4", "")))).isEqualTo("rebuild wait wait");
        Map<String, Outcome> plan = plan(graph(SECOND, "*0 4", ""));
        assertThat(actions(plan)).isEqualTo("keep rebuild wait");
        assertThat(reason(plan, "app").text()).isEqualTo("zlib is another artifact; what of it counts is not known");
    }

    @Test
    void theTableOfEvidenceHoldsHereToo() {
        for (Policy policy : Policy.values()) {
            Map<String, Action> expected = Map.of(
                    "0", Action.KEEP,
                    "0d", Action.KEEP,
                    "0l", policy == Policy.COMPATIBLE ? Action.KEEP : Action.REBUILD,
                    "0a", Action.REBUILD);
            expected.forEach((use, action) -> {
                Map<String, Outcome> plan = Plans.plan(graph(FIRST, use, ""), Plans.under(policy));
                assertThat(plan.get("app").decision().action())
                        .as("%s under %s", use, policy)
                        .isEqualTo(action);
            });
        }
        assertThat(Plans.plan(graph(SECOND, "0", ""), Plans.under(Policy.STRICT))
                        .get("app")
                        .decision()
                        .action())
                .isEqualTo(Action.REBUILD);
    }

    @Test
    void gapsTrustAndLostArtifactsLicenseNoKeep() {
        assertThat(reason(plan(graph(FIRST, "0", "gap|cut short\n")), "app").text())
                .isEqualTo("its last build was not fully observed: cut short");
        assertThat(reason(plan(graph(FIRST, "0", "lost\n")), "app").kind()).isEqualTo(Reason.Kind.STORE);
        assertThat(actions(plan(graph(FIRST, "0", "lost\n")))).isEqualTo("keep rebuild wait");
        assertThat(actions(plan(graph(FIRST, "0", "incremental\n")))).isEqualTo("keep keep keep");
        assertThat(actions(plan(graph("trust|clean\nrecord|1|0\nincremental\n", "0", ""))))
                .isEqualTo("rebuild wait wait");
    }

    @Test
    void aCheckThatIsDueIsSaid() {
        Map<String, Outcome> plan = plan(graph("check\n" + FIRST, "0", ""));
        assertThat(actions(plan)).isEqualTo("keep keep keep");
        assertThat(reason(plan, "zlib").kind()).isEqualTo(Reason.Kind.CHECK);
    }

    @Test
    void aCheckThatFailedIsExpectedToFailUnlessARebuildMayMendIt() {
        Map<String, Outcome> plan = plan(graph("check|line 1 failed\n" + FIRST, "0", ""));
        assertThat(actions(plan)).isEqualTo("fail skipped skipped");
        assertThat(reason(plan, "zlib").text())
                .contains("its check failed last time")
                .endsWith("line 1 failed");
        String app = graph(SECOND, "0", "").replace("record|3", "check|line 1 failed\nrecord|3");
        assertThat(actions(plan(app))).as("its need is another one").isEqualTo("keep rebuild wait");
        assertThat(actions(plan(app.replace(SECOND, FIRST)))).isEqualTo("keep fail skipped");
    }

    @Test
    void theRecordThatIsNamedIsTold() {
        String two = graph("record|1|0||4\nhad|build|old\nrecord|2|0||4\nhad|build|older\nhad|jobs|2\n", "0", "");
        assertThat(reason(plan(two), "zlib").text()).contains("was old, is new");
        String told = two.replace("record|1|", "told|2\nrecord|1|");
        assertThat(reason(plan(told), "zlib").text())
                .contains("was older, is new")
                .doesNotContain("the nearest");
        assertThat(reason(plan(told.replace("told|2", "told|1|elsewhere")), "zlib")
                        .text())
                .endsWith("was old, is new (compared with record 1, the nearest)");
    }

    @Test
    void whatAUnitSeesForItselfComesFirst() {
        String text = graph(SECOND, "0@0 4", "").replace("unit|app|zlib\n", """
                        fact|5|bytes|/cutoff/deps/zlib/include/zlib.h|9
                        unit|app|zlib
                        sees|5
                        """);
        assertThat(actions(plan(text))).isEqualTo("keep rebuild wait");
        assertThat(actions(plan(text.replace("sees|5", "unseen|5")))).isEqualTo("keep wait wait");
    }

    @Test
    void anotherSetOfNeedsIsAnotherInput() {
        String text = graph(FIRST, "0 4", "").replace("unit|app|zlib", "unit|new\nunit|app|zlib new");
        Map<String, Outcome> plan = plan(text);
        assertThat(reason(plan, "app").text()).isEqualTo("input artifacts changed: zlib -> zlib new");
        assertThat(actions(plan(graph(FIRST, "0 4", "").replace("unit|app|zlib", "unit|app"))))
                .isEqualTo("keep rebuild wait");
    }

    @Test
    void changedSourcesCountByTheirFacts() {
        String text = graph(FIRST, "0 5 4", "from|" + A + "\n")
                .replace("now|4\n", "fact|5|bytes|/cutoff/build/app/main.c|1\nnow|4\n");
        assertThat(reason(plan(text), "app").text()).isEqualTo("what bytes main.c is now is not known");
        assertThat(actions(plan(text.replace("now|4\n", "now|4 5\n")))).isEqualTo("keep keep keep");
        assertThat(actions(plan(text.replace("now|4\n", "fact|6|bytes|/cutoff/build/app/main.c|2\nnow|4 6\n"))))
                .isEqualTo("keep rebuild wait");
    }

    @Test
    void unitsThatAreNamedArePlannedWithAllTheyNeed() {
        Request request = new Request(
                List.of("app"), Set.of(), Optional.empty(), Optional.empty(), false, Optional.empty(), 1, false);
        assertThat(Plans.plan(graph(FIRST, "0", ""), request).keySet()).containsExactly("zlib", "app");
    }

    /** As in a build: what stands in the artifact of a unit that is not staged is not there. */
    @Test
    void ofUnitsThatAreNoNeedsNothingIsSeen() {
        String text = """
                cutoff-graph/1
                fact|0|exists|/cutoff/deps/a/h|absent
                fact|1|exists|/cutoff/deps/a/h|file 3
                artifact|0|a|A|1
                artifact|1|b|A
                unit|a
                record|1|0
                unit|b
                record|2|1||0
                from|A
                """.replace("|A", "|" + A);
        assertThat(actions(plan(text))).isEqualTo("keep keep");
        // Now that b needs it, the record is of another set of artifacts.
        assertThat(actions(plan(text.replace("unit|b", "unit|b|a")))).isEqualTo("keep rebuild");
    }

    @Test
    void needsMayBeNamedByTheirPlaces() {
        String text = graph(TO_BUILD, "0 4", "");
        assertThat(actions(plan(text.replace("unit|app|zlib", "unit|app|#0")))).isEqualTo(actions(plan(text)));
        assertThatThrownBy(() -> plan(text.replace("unit|app|zlib", "unit|app|#1")))
                .hasMessageContaining("no unit #1 before this one");
    }

    /** The need of a need counts as staged, without being named by the unit itself. */
    @Test
    void farNeedsAreStagedToo() {
        String text = """
                cutoff-graph/1
                fact|0|bytes|/cutoff/deps/a/h|1
                fact|1|bytes|/cutoff/deps/a/h|2
                artifact|0|a|A|0
                artifact|1|a|B|1
                artifact|2|b|C
                artifact|3|c|C
                unit|a
                record|1|0
                unit|b|a
                record|2|2|0
                unit|c|b
                record|3|3|2 0|0
                """.replace("|A", "|" + A).replace("|B", "|" + B).replace("|C", "|" + C);
        assertThat(actions(plan(text))).isEqualTo("keep keep keep");
        assertThat(actions(plan(text.replace("record|1|0", "record|1|1")))).isEqualTo("keep keep rebuild");
        assertThat(actions(plan(text.replace("record|1|0", "record|1|1").replace("2 0|0", "2 0|"))))
                .isEqualTo("keep keep keep");
    }
}
