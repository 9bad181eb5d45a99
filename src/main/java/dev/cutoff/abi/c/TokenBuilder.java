package dev.cutoff.abi.c;

import java.util.Arrays;

/** The columns of a {@link TokenStream} as they grow. */
final class TokenBuilder {

    final String file;
    final Source source;
    int size;
    int[] start;
    int[] end;
    int[] line;
    byte[] flags;

    private int countedTo;
    private int linesCounted = 1;

    TokenBuilder(String file, Source source) {
        this.file = file;
        this.source = source;
        int guess = source.length / 6 + 16;
        start = new int[guess];
        end = new int[guess];
        line = new int[guess];
        flags = new byte[guess];
    }

    /** Adds a token of the clean text. Tokens come in order, so that lines are counted once. */
    void add(TokenKind kind, int from, int to, int bits) {
        add(kind, from, to, lineAt(source.originalOffset(from)), bits);
    }

    /** Adds a token of the original text. */
    void addOriginal(TokenKind kind, int from, int to, int bits) {
        add(kind, from, to, lineAt(from), bits | TokenStream.ORIGINAL);
    }

    private void add(TokenKind kind, int from, int to, int atLine, int bits) {
        if (size == start.length) {
            int more = size + (size >> 1) + 16;
            start = Arrays.copyOf(start, more);
            end = Arrays.copyOf(end, more);
            line = Arrays.copyOf(line, more);
            flags = Arrays.copyOf(flags, more);
        }
        start[size] = from;
        end[size] = to;
        line[size] = atLine;
        flags[size++] = (byte) (kind.code() | bits);
    }

    /** The line of an offset in the original text, not before the last one that was asked for. */
    int lineAt(int offset) {
        byte[] text = source.original;
        while (countedTo < offset) {
            if (text[countedTo++] == '\n') {
                linesCounted++;
            }
        }
        return linesCounted;
    }
}
