package dev.cutoff.abi.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** 12,000 graphs: ids are equal exactly where nodes are bisimilar, however the graph was written down. */
class RandomGraphTest {

    private static final int GRAPHS = 12_000;

    private static TypeId id(Surface surface, int node) {
        return surface.idOf("s" + node);
    }

    @Test
    void idsAreEqualWhereNodesAreBisimilar() {
        SplittableRandom random = new SplittableRandom(1);
        int equal = 0;
        for (int g = 0; g < GRAPHS; g++) {
            GraphModel a = GraphModel.random(random);
            GraphModel b = random.nextBoolean() ? GraphModel.random(random) : a;
            Surface of = a.whole(random);
            Surface other = b.whole(random);
            boolean[][] same = GraphModel.bisimilar(a, b);
            boolean[][] own = GraphModel.bisimilar(a, a);
            for (int i = 0; i < a.nodes.size(); i++) {
                for (int j = 0; j < b.nodes.size(); j++) {
                    equal += same[i][j] ? 1 : 0;
                    assertThat(id(of, i).equals(id(other, j)))
                            .as("graph %d, nodes %d and %d", g, i, j)
                            .isEqualTo(same[i][j]);
                }
                for (int j = 0; j < i; j++) {
                    assertThat(id(of, i).equals(id(of, j))).isEqualTo(own[i][j]);
                }
            }
        }
        assertThat(equal).isGreaterThan(GRAPHS);
    }

    @Test
    void unitsDuplicatesAndDeclarationsDoNotCount() {
        SplittableRandom random = new SplittableRandom(2);
        for (int g = 0; g < GRAPHS; g++) {
            GraphModel model = GraphModel.random(random);
            Surface whole = model.whole(random);
            Surface split = model.split(random, random.nextInt(1, 5));
            assertThat(split.symbols().keySet()).isEqualTo(whole.symbols().keySet());
            for (int i = 0; i < model.nodes.size(); i++) {
                assertThat(id(split, i)).as("graph %d, node %d", g, i).isEqualTo(id(whole, i));
            }
            assertThat(split.graph().size()).isEqualTo(whole.graph().size());
        }
    }

    @Test
    void aMutationChangesTheIdsOfWhatReachesItAndNoOthers() {
        SplittableRandom random = new SplittableRandom(3);
        for (int g = 0; g < GRAPHS; g++) {
            GraphModel model = GraphModel.random(random);
            int node = random.nextInt(model.nodes.size());
            GraphModel mutated = model.mutated(node, "mutated");
            Surface before = model.split(random, 2);
            Surface after = mutated.split(random, 3);
            boolean[] reaching = model.reaching(node);
            for (int i = 0; i < model.nodes.size(); i++) {
                assertThat(id(before, i).equals(id(after, i)))
                        .as("graph %d, node %d of mutated %d", g, i, node)
                        .isEqualTo(!reaching[i]);
            }
        }
    }

    @Test
    void anEdgeThatLeadsElsewhereChangesIdsWhereNodesAreNotBisimilar() {
        SplittableRandom random = new SplittableRandom(4);
        int apart = 0;
        for (int g = 0; g < GRAPHS; g++) {
            GraphModel a = GraphModel.tangle(random);
            GraphModel b = random.nextInt(4) > 0 ? a.rewired(random) : a;
            List<TypeId> ids = a.ids(random);
            List<TypeId> others = b.ids(random);
            boolean[][] same = GraphModel.bisimilar(a, b);
            for (int i = 0; i < a.nodes.size(); i++) {
                for (int j = 0; j < b.nodes.size(); j++) {
                    assertThat(ids.get(i).equals(others.get(j)))
                            .as("graph %d, nodes %d and %d", g, i, j)
                            .isEqualTo(same[i][j]);
                }
                apart += same[i][i] ? 0 : 1;
            }
        }
        assertThat(apart).isGreaterThan(GRAPHS);
    }

    @Test
    void cyclesThatLookAlikeEverywhereAreOneType() {
        // All of these unroll to the same endless chain: a cycle of one.
        Surface six = GraphModel.cycles(6).whole(new SplittableRandom(1));
        Surface twoOfThree = GraphModel.cycles(3, 3).whole(new SplittableRandom(2));
        Surface mixed = GraphModel.cycles(1, 2, 5).whole(new SplittableRandom(3));
        assertThat(six.graph().size()).isEqualTo(1);
        for (int i = 0; i < 6; i++) {
            assertThat(id(six, i)).isEqualTo(id(twoOfThree, i)).isEqualTo(id(mixed, i));
        }
    }

    @Test
    void aMarkAnywhereInACycleTellsItsLength() {
        // One node of each cycle is marked: then cycles of other lengths are other types, and so is each of their
        // nodes.
        for (int length = 2; length < 40; length++) {
            Surface a = GraphModel.cycles(length).mutated(0, "mark").whole(new SplittableRandom(length));
            Surface b = GraphModel.cycles(length + 1).mutated(0, "mark").whole(new SplittableRandom(length));
            assertThat(a.graph().size()).isEqualTo(length);
            assertThat(a.exact()).doesNotContainAnyElementsOf(b.exact());
        }
    }

    @Test
    void definitionsThatDifferMakeTheirNameAmbiguous() {
        Surface one = conflicting("x", "y");
        Surface turned = conflicting("y", "x");
        Surface agreeing = conflicting("x", "x");
        assertThat(one.graph().kind(one.graph().edge(one.symbols().get("user"), 0)))
                .isEqualTo(Kind.AMBIGUOUS);
        assertThat(one.idOf("user")).isEqualTo(turned.idOf("user")).isNotEqualTo(agreeing.idOf("user"));
        assertThat(agreeing.graph()
                        .kind(agreeing.graph().edge(agreeing.symbols().get("user"), 0)))
                .isEqualTo(Kind.STRUCT);
        // Symbols whose own entries differ are ambiguous themselves.
        assertThat(one.graph().kind(one.symbols().get("both"))).isEqualTo(Kind.AMBIGUOUS);
        assertThat(one.idOf("both")).isEqualTo(turned.idOf("both"));
    }

    private static Surface conflicting(String first, String second) {
        Fragment user = new Fragment();
        int pointer = user.reserve();
        int declared = user.reserve();
        user.define(pointer, new ShapeText().start(Kind.POINTER, "").edge("target", "", "", declared));
        user.define(declared, new ShapeText().start(Kind.DECLARATION, "S").trait("struct"));
        List<Fragment> fragments = new java.util.ArrayList<>(List.of(user));
        for (String label : new String[] {first, second}) {
            Fragment unit = new Fragment();
            int struct = unit.reserve();
            int back = unit.reserve();
            // Each leads back to the name, so that what is ambiguous is part of a cycle.
            unit.define(
                    struct, new ShapeText().start(Kind.STRUCT, "S").trait(label).edge("m", "", "", back));
            unit.define(back, new ShapeText().start(Kind.DECLARATION, "S").trait("struct"));
            unit.completes(struct);
            fragments.add(unit);
        }
        Surface.Builder builder = new Surface.Builder(GraphUnion.of(fragments), List.of(), "");
        builder.add("user", 0, pointer);
        builder.add("both", 1, 0);
        builder.add("both", 2, 0);
        return builder.build(false);
    }

    @Test
    void whatIsUnknownIsTheSameAsNothingElse() {
        assertThat(unknown("salt 1").idOf("s"))
                .isEqualTo(unknown("salt 1").idOf("s"))
                .isNotEqualTo(unknown("salt 2").idOf("s"));
    }

    private static Surface unknown(String salt) {
        Fragment fragment = new Fragment();
        int pointer = fragment.reserve();
        int unknown = fragment.unknown("a form");
        fragment.define(pointer, new ShapeText().start(Kind.POINTER, "").edge("target", "", "", unknown));
        Surface.Builder builder = new Surface.Builder(GraphUnion.of(List.of(fragment)), List.of(), salt);
        builder.add("s", 0, pointer);
        return builder.build(false);
    }
}
