package dev.cutoff.tool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    /** Bytes of a program that are searched at a time. */
    private static final int WINDOW = 1 << 20;

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
        try (FileChannel channel = FileChannel.open(program)) {
            ByteBuffer head = ByteBuffer.allocate(4);
            boolean elf = channel.read(head, 0) == 4 && head.getInt(0) == 0x7f454c46;
            if (channel.size() < 4 || (tool.isElf() && !elf)) {
                return false;
            }
            List<byte[]> wanted = new ArrayList<>(tool.marks());
            int overlap = wanted.stream().mapToInt(mark -> mark.length).max().orElse(1) - 1;
            // An array: the search runs before a compiler that makes mapped memory as fast has had its time.
            byte[] window = new byte[WINDOW];
            ByteBuffer buffer = ByteBuffer.wrap(window);
            long at = 0;
            while (!wanted.isEmpty()) {
                buffer.clear();
                while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) > 0) {
                    // until the window is full, or the file at its end
                }
                int filled = buffer.position();
                wanted.removeIf(mark -> contains(window, filled, mark));
                if (filled < WINDOW) {
                    break;
                }
                at += WINDOW - overlap;
            }
            return wanted.isEmpty();
        }
    }

    /** Horspool's search: most of a large program is skipped. */
    static boolean contains(byte[] text, int length, byte[] wanted) {
        int[] skip = new int[256];
        Arrays.fill(skip, wanted.length);
        for (int i = 0; i < wanted.length - 1; i++) {
            skip[wanted[i] & 0xff] = wanted.length - 1 - i;
        }
        int at = 0;
        while (at + wanted.length <= length) {
            int i = wanted.length - 1;
            while (i >= 0 && text[at + i] == wanted[i]) {
                i--;
            }
            if (i < 0) {
                return true;
            }
            at += skip[text[at + wanted.length - 1] & 0xff];
        }
        return false;
    }
}
