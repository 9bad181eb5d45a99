package dev.cutoff.observe;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel loads beside a program when it starts it, which no trace shows: a script's interpreter ({@code #!},
 * execve(2)) and a dynamic program's loader ({@code PT_INTERP}, System V ABI chapter 5).
 */
final class Programs {

    private static final int HEAD = 4096;

    /** What a program's first bytes say. */
    sealed interface Start {
        /** A script, or a dynamic program: the kernel starts this program with it. */
        record By(String interpreter) implements Start {}

        /** A program that needs none. */
        record Alone() implements Start {}

        /** Neither: a binfmt_misc handler runs it, which can't be known. */
        record Unknown() implements Start {}
    }

    private Programs() {}

    /** Loaders that a program which is gone by now may have been started with. */
    static final List<String> LOADERS = List.of(
            "/lib64/ld-linux-x86-64.so.2",
            "/lib/ld-linux-aarch64.so.1",
            "/lib/ld-linux.so.2",
            "/lib/ld-musl-x86_64.so.1",
            "/lib/ld-musl-aarch64.so.1");

    /** Empty if the file is gone or can't be read. */
    static Optional<Start> start(@Nullable Path program) {
        if (program == null) {
            return Optional.empty();
        }
        try (RandomAccessFile file = new RandomAccessFile(program.toFile(), "r")) {
            byte[] head = new byte[(int) Math.min(HEAD, file.length())];
            file.readFully(head);
            if (head.length > 2 && head[0] == '#' && head[1] == '!') {
                return Optional.of(script(head));
            }
            if (head.length >= 64 && head[0] == 0x7f && head[1] == 'E' && head[2] == 'L' && head[3] == 'F') {
                return Optional.of(elf(file, head));
            }
            return Optional.of(new Start.Unknown());
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static Start script(byte[] head) {
        int end = 2;
        while (end < head.length && head[end] != '\n') {
            end++;
        }
        String line = new String(head, 2, end - 2, StandardCharsets.UTF_8).strip();
        int space = 0;
        while (space < line.length() && line.charAt(space) != ' ' && line.charAt(space) != '\t') {
            space++;
        }
        return new Start.By(line.substring(0, space));
    }

    private static Start elf(RandomAccessFile file, byte[] head) throws IOException {
        boolean wide = head[4] == 2;
        ByteBuffer in = ByteBuffer.wrap(head).order(head[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        long table = wide ? in.getLong(32) : in.getInt(28);
        int size = in.getShort(wide ? 54 : 42) & 0xffff;
        int count = in.getShort(wide ? 56 : 44) & 0xffff;
        byte[] segment = new byte[Math.max(size, wide ? 56 : 32)];
        for (int i = 0; i < count; i++) {
            file.seek(table + (long) i * size);
            file.readFully(segment, 0, size);
            ByteBuffer header = ByteBuffer.wrap(segment).order(in.order());
            if (header.getInt(0) == 3) {
                long offset = wide ? header.getLong(8) : header.getInt(4);
                long length = wide ? header.getLong(32) : header.getInt(16);
                byte[] name = new byte[(int) Math.min(length, HEAD)];
                file.seek(offset);
                file.readFully(name);
                return new Start.By(new String(name, StandardCharsets.UTF_8).replace("\0", ""));
            }
        }
        return new Start.Alone();
    }
}
