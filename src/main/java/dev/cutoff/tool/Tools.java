package dev.cutoff.tool;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Recognises the programs of builds, each file once per run. */
public final class Tools {

    private record File(Path path, long size, long modified) {}

    /** Programs that were found to be what they are called, by their content. */
    public interface Known {
        /** Whether a program's content is known to be that tool's. */
        boolean has(Path program, Tool tool) throws IOException;

        /** Takes in that it is. */
        void add(Path program, Tool tool) throws IOException;
    }

    private final Map<File, Tool> known = new ConcurrentHashMap<>();
    private final Known before;

    /** @param before what was found in other runs: to search large programs takes its time */
    public Tools(Known before) {
        this.before = before;
    }

    /** Tools that are all searched anew. */
    public static Tools forgetful() {
        return new Tools(new Known() {
            @Override
            public boolean has(Path program, Tool tool) {
                return false;
            }

            @Override
            public void add(Path program, Tool tool) {
                // It forgets.
            }
        });
    }

    /** The tool that a program is; {@link Tool#UNKNOWN} where it can't be told. */
    public Tool recognise(Path program) {
        Optional<Tool> tool = Tool.named(String.valueOf(program.getFileName()));
        if (tool.isEmpty()) {
            // Debian's compilers are links to names with the machine in front; that name counts then.
            return Tool.UNKNOWN;
        }
        try {
            File file = new File(
                    program,
                    Files.size(program),
                    Files.getLastModifiedTime(program).toMillis());
            Tool found = known.get(file);
            if (found == null) {
                found = isKnown(program, tool.get()) ? tool.get() : Tool.UNKNOWN;
                known.put(file, found);
            }
            return found;
        } catch (IOException e) {
            return Tool.UNKNOWN;
        }
    }

    private boolean isKnown(Path program, Tool tool) throws IOException {
        if (before.has(program, tool)) {
            return true;
        }
        boolean is = hasMarks(program, tool);
        if (is) {
            before.add(program, tool);
        }
        return is;
    }

    private static boolean hasMarks(Path program, Tool tool) throws IOException {
        try (FileChannel channel = FileChannel.open(program);
                Arena arena = Arena.ofConfined()) {
            if (channel.size() < 4) {
                return false;
            }
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            boolean elf =
                    bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN), 0) == 0x7f454c46;
            if (tool.isElf() && !elf) {
                return false;
            }
            for (byte[] mark : tool.marks()) {
                if (!contains(bytes, mark)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Horspool's search: most of a large program is skipped. */
    private static boolean contains(MemorySegment text, byte[] wanted) {
        int[] skip = new int[256];
        java.util.Arrays.fill(skip, wanted.length);
        for (int i = 0; i < wanted.length - 1; i++) {
            skip[wanted[i] & 0xff] = wanted.length - 1 - i;
        }
        long at = 0;
        while (at + wanted.length <= text.byteSize()) {
            int i = wanted.length - 1;
            while (i >= 0 && text.get(ValueLayout.JAVA_BYTE, at + i) == wanted[i]) {
                i--;
            }
            if (i < 0) {
                return true;
            }
            at += skip[text.get(ValueLayout.JAVA_BYTE, at + wanted.length - 1) & 0xff];
        }
        return false;
    }
}
