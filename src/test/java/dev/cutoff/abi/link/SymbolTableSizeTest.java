package dev.cutoff.abi.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the linker's table grows; {@link LinkScopeTest} asks the real linker about three of these. */
class SymbolTableSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 4051",
        "3038, 4051",
        "3039, 4093",
        "3069, 4093",
        "3070, 8191",
        "6143, 8191",
        "6144, 16381",
        "12285, 16381",
        "12286, 32749"
    })
    void growsWithThreeQuarters(long names, long slots) {
        assertThat(SymbolTableSize.of(names).slots()).isEqualTo(slots);
    }

    @Test
    void namesThatShareASlot() {
        SymbolTableSize small = new SymbolTableSize(1);
        assertThat(small.shared(List.of("a", "b"), Set.of())).isTrue();
        assertThat(small.shared(List.of("a"), Set.of())).isFalse();
        assertThat(small.shared(List.of("a", "b"), Set.of("a", "b"))).isFalse();
        assertThat(small.shared(List.of("a", "b"), Set.of("a"))).isTrue();
        assertThat(small.shared(List.of("a", "b"), Set.of("b"))).isTrue();
        assertThat(new SymbolTableSize(4051).shared(List.of("a", "b", "c"), Set.of()))
                .isFalse();
    }
}
