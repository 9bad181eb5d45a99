package dev.cutoff.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CursorTest {

    private static Cursor bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return Cursor.copyOf(bytes, "test.bin");
    }

    @Test
    void numbersInBothByteOrders() throws FormatException {
        Cursor mapped = bytes(0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88);
        numbers(mapped);
        numbers(mapped.inArray());
        numbers(bytes(0x00, 0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88)
                .inArray()
                .sliceFrom(1));
    }

    private static void numbers(Cursor little) throws FormatException {
        Cursor big = little.withOrder(ByteOrder.BIG_ENDIAN);
        assertThat(little.u1At(1)).isEqualTo(0x82);
        assertThat(little.u2At(0)).isEqualTo(0x8201);
        assertThat(big.u2At(0)).isEqualTo(0x0182);
        assertThat(little.u4At(0)).isEqualTo(0x84038201L);
        assertThat(little.s4At(0)).isEqualTo(0x84038201);
        assertThat(big.u4At(0)).isEqualTo(0x01820384L);
        assertThat(little.s8At(0)).isEqualTo(0x8807860584038201L);
        assertThat(big.s8At(0)).isEqualTo(0x0182038405860788L);
        assertThat(little.u2()).isEqualTo(0x8201);
        assertThat(little.u1()).isEqualTo(0x03);
        assertThat(little.position()).isEqualTo(3);
        assertThat(little.remaining()).isEqualTo(5);
    }

    @Test
    void lebNumbers() throws FormatException {
        Cursor passed = bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f, 0x7f, 0x01);
        passed.skipLeb();
        assertThat(passed.position()).isEqualTo(10);
        passed.skipLeb();
        assertThat(passed.position()).isEqualTo(11);
        assertThatThrownBy(() -> bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00)
                        .skipLeb())
                .isInstanceOf(FormatException.class);
        assertThat(bytes(0xe5, 0x8e, 0x26).uleb()).isEqualTo(624485);
        assertThat(bytes(0xc0, 0xbb, 0x78).sleb()).isEqualTo(-123456);
        assertThat(bytes(0x7f).sleb()).isEqualTo(-1);
        assertThat(bytes(0x3f).sleb()).isEqualTo(63);
        assertThat(bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)
                        .uleb())
                .isEqualTo(-1);
        assertThat(bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f)
                        .sleb())
                .isEqualTo(Long.MIN_VALUE);
        assertThatThrownBy(() -> bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02)
                        .uleb())
                .isInstanceOf(FormatException.class);
        assertThatThrownBy(() -> bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00)
                        .uleb())
                .isInstanceOf(FormatException.class);
        assertThatThrownBy(() -> bytes(0x80).uleb()).isInstanceOf(FormatException.class);
    }

    @Test
    void signedLebNumbersComeBack() throws FormatException {
        for (long value :
                new long[] {0, 1, -1, 63, 64, -64, -65, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 55, -(1L << 56)}) {
            int[] encoded = new int[10];
            int size = 0;
            long rest = value;
            while (true) {
                int low = (int) rest & 0x7f;
                rest >>= 7;
                boolean last = (rest == 0 && (low & 0x40) == 0) || (rest == -1 && (low & 0x40) != 0);
                encoded[size++] = last ? low : low | 0x80;
                if (last) {
                    break;
                }
            }
            assertThat(bytes(java.util.Arrays.copyOf(encoded, size)).sleb()).isEqualTo(value);
        }
    }

    @Test
    void anAccessOutsideSaysFileAndOffset() throws FormatException {
        Cursor part = bytes(1, 2, 3, 4, 5, 6, 7, 8).slice(2, 4);
        assertThatThrownBy(() -> part.u4At(1))
                .isInstanceOfSatisfying(FormatException.class, e -> {
                    assertThat(e.file()).isEqualTo("test.bin");
                    assertThat(e.offset()).isEqualTo(3);
                })
                .hasMessage("test.bin: ends too early: 4 bytes are needed at 1 of 4 (offset 3)");
        for (long offset : new long[] {-1, 5, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> part.u1At(offset)).isInstanceOf(FormatException.class);
            assertThatThrownBy(() -> part.seek(offset)).isInstanceOf(FormatException.class);
            assertThatThrownBy(() -> part.slice(offset, 0)).isInstanceOf(FormatException.class);
            assertThatThrownBy(() -> part.slice(1, offset)).isInstanceOf(FormatException.class);
            assertThatThrownBy(() -> part.bytesAt(0, offset)).isInstanceOf(FormatException.class);
            assertThatThrownBy(() -> part.skip(offset)).isInstanceOf(FormatException.class);
        }
    }

    @Test
    void strings() throws FormatException {
        Cursor bytes = Cursor.copyOf("ab\0\u00e9\0c".getBytes(StandardCharsets.UTF_8), "s");
        assertThat(bytes.cString()).isEqualTo("ab");
        assertThat(bytes.cString()).isEqualTo("\u00e9");
        assertThatThrownBy(bytes::cString).isInstanceOf(FormatException.class).hasMessageContaining("no end");
        assertThat(bytes.cStringAt(0, 2)).isEqualTo("ab");
        assertThatThrownBy(() -> bytes.cStringAt(0, 1)).hasMessageContaining("too long");
    }

    @Test
    void namesThatDifferInTheFileDifferAsText() {
        String broken = Cursor.text(new byte[] {'a', (byte) 0xe9});
        assertThat(broken).isNotEqualTo(Cursor.text(new byte[] {'a', (byte) 0xe8}));
        assertThat(broken).isNotEqualTo(Cursor.text("a\u00e9".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aFileThatIsCutShortWhileItIsReadIsDamaged(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("shrinks");
        Files.write(file, new byte[1 << 20]);
        assertThatThrownBy(() -> MappedFile.read(file, bytes -> {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.truncate(0);
                    }
                    return bytes.bytesAt(0, bytes.size()).length;
                }))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("changed while it was read");
    }

    @Test
    void anEmptyFileAndWhatIsNoFile(@TempDir Path folder) throws Exception {
        Path empty = Files.createFile(folder.resolve("empty"));
        assertThat(MappedFile.<Long>read(empty, Cursor::size)).isZero();
        assertThat(MappedFile.<FileKind>read(empty, FileKind::of)).isEqualTo(FileKind.OTHER);
        assertThatThrownBy(() -> MappedFile.read(folder, Cursor::size)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> MappedFile.read(folder.resolve("none"), Cursor::size))
                .isInstanceOf(IOException.class);
    }
}
