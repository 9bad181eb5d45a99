package dev.cutoff.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cutoff.model.Unit;
import dev.cutoff.testing.Gen;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GraphTest {

    private static Unit unit(String name, String... needs) {
        return new Unit(
                name,
                "",
                "cutoff.toml:1",
                List.of(needs),
                List.of("true"),
                List.of(),
                new TreeMap<>(),
                Unit.Options.DEFAULT);
    }

    @Test
    void needsComeFirst() {
        for (long seed = 0; seed < 300; seed++) {
            Gen gen = new Gen(seed);
            List<Unit> units = new ArrayList<>();
            int count = 1 + gen.below(30);
            for (int i = 0; i < count; i++) {
                Set<String> needs = new HashSet<>();
                for (int j = 0; j < gen.below(4) && i > 0; j++) {
                    needs.add("u" + gen.below(i));
                }
                units.add(gen.below(units.size() + 1), unit("u" + i, needs.toArray(String[]::new)));
            }
            Graph graph = Graph.of(units);
            Set<String> before = new HashSet<>();
            for (Unit unit : graph.units()) {
                assertThat(before).as("seed %d, %s", seed, unit.name()).containsAll(unit.needs());
                assertThat(before).containsAll(graph.closure(unit.name()));
                before.add(unit.name());
            }
            assertThat(before).hasSize(count);
        }
    }

    @Test
    void aCycleIsShown() {
        assertThatThrownBy(() -> Graph.of(List.of(unit("x", "a"), unit("a", "b"), unit("b", "c"), unit("c", "a"))))
                .hasMessageContaining("a -> b -> c -> a");
        assertThatThrownBy(() -> Graph.of(List.of(unit("a", "a")))).hasMessageContaining("a -> a");
    }

    @Test
    void anUnknownNeedIsNamed() {
        assertThatThrownBy(() -> Graph.of(List.of(unit("a", "b"))))
                .hasMessageContaining("unit a needs 'b'")
                .hasMessageContaining("cutoff.toml:1");
    }

    @Test
    void needsOfNeedsAreNearestFirst() {
        Graph graph = Graph.of(List.of(unit("far"), unit("b", "far"), unit("c"), unit("app", "c", "b")));
        assertThat(graph.closure("app")).containsExactly("c", "b", "far");
        assertThat(graph.reaching(List.of("b"))).extracting(Unit::name).containsExactly("far", "b");
    }

    @Test
    void aLongChainDoesNotOverflow() {
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            units.add(i == 1499 ? unit("u" + i) : unit("u" + i, "u" + (i + 1)));
        }
        assertThat(Graph.of(units).units().get(0).name()).isEqualTo("u1499");
    }
}
