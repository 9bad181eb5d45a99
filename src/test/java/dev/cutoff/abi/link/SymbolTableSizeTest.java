package dev.cutoff.abi.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
        assertThat(small.shared(List.of("a", "b"))).isTrue();
        assertThat(small.shared(List.of("a"))).isFalse();
        assertThat(new SymbolTableSize(4051).shared(List.of("a", "b", "c"))).isFalse();
    }
}
