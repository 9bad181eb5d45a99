package dev.cutoff.abi.rust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** {@link UsedItems}: texts as rustc 1.95 writes them among other bytes. */
class UsedItemsTest {

    @Test
    void namesOfOneCrate() {
        byte[] profile = ("\0\u00ff DefId(20:3 ~ base[188c]::{impl#0}::new), []) }\0 ~ base[188c]::inner::gen), [u8])"
                        + " ~ other[12ab]::base::no) ~ base2[188c]::no) ~ base[188c]) ~ base[188c]::inner::gen)")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(UsedItems.in(profile, "base")).containsExactly("inner::gen", "{impl#0}::new");
        assertThat(UsedItems.in(profile, "bas.")).isEmpty();
    }
}
