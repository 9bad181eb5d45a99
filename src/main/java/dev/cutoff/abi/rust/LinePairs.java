package dev.cutoff.abi.rust;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two versions of a file, written so that what they have in common stands at the same bytes: every line gets blanks at its
 * end, up to the same length. What a compiler says of both then differs in nothing that comes of lengths alone.
 */
public final class LinePairs {

    /** Which lines stand side by side. */
    public enum Order {
        /** The lines of the same number, so that equal positions are equal lines and columns. */
        BY_NUMBER,
        /** Equal lines, found by comparison, so that positions may differ. */
        BY_CONTENT
    }

    private static final int STEP = 32;
    private static final int ROOM = 12;
    /** Products of line counts beyond which one hunk is made of all that differs. */
    private static final long LARGE = 4_000_000;

    private static final byte[] FEED = {'\n'};

    private final SourceLines before;
    private final SourceLines after;
    private final ByteArrayOutputStream old = new ByteArrayOutputStream();
    private final ByteArrayOutputStream now = new ByteArrayOutputStream();
    /** Whether blanks may follow what was written last. */
    private boolean openOld = true;

    private boolean openNow = true;

    private LinePairs(SourceLines before, SourceLines after) {
        this.before = before;
        this.after = after;
    }

    /** The two texts. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares them, and they are handed on at once.
    public record Texts(byte[] before, byte[] after) {}

    /** Empty where a line that ends within a literal would have to get longer. */
    public static Optional<Texts> of(SourceLines before, SourceLines after, Order order) {
        if (before.fixedStart() != after.fixedStart()) {
            return Optional.empty();
        }
        LinePairs pairs = new LinePairs(before, after);
        for (int[] pair : order == Order.BY_NUMBER ? pairs.byNumber() : pairs.byContent()) {
            if (!pairs.put(pair[0], pair[1])) {
                return Optional.empty();
            }
        }
        return Optional.of(new Texts(pairs.old.toByteArray(), pairs.now.toByteArray()));
    }

    private static byte[] line(SourceLines source, int index) {
        SourceLines.Line line = source.lines().get(index);
        return Arrays.copyOfRange(source.text(), line.from(), line.to());
    }

    private List<int[]> byNumber() {
        List<int[]> pairs = new ArrayList<>();
        int most = Math.max(before.lines().size(), after.lines().size());
        for (int i = 0; i < most; i++) {
            pairs.add(new int[] {
                i < before.lines().size() ? i : -1, i < after.lines().size() ? i : -1
            });
        }
        return pairs;
    }

    private List<int[]> byContent() {
        int a = before.lines().size();
        int b = after.lines().size();
        int head = 0;
        while (head < a && head < b && same(head, head)) {
            head++;
        }
        int tail = 0;
        while (tail < a - head && tail < b - head && same(a - 1 - tail, b - 1 - tail)) {
            tail++;
        }
        List<int[]> pairs = new ArrayList<>();
        for (int i = 0; i < head; i++) {
            pairs.add(new int[] {i, i});
        }
        middle(pairs, head, a - tail, b - tail);
        for (int i = tail; i > 0; i--) {
            pairs.add(new int[] {a - i, b - i});
        }
        return pairs;
    }

    private boolean same(int i, int j) {
        return Arrays.equals(line(before, i), line(after, j));
    }

    /** The longest common subsequence of what differs. */
    private void middle(List<int[]> pairs, int from, int endA, int endB) {
        int n = endA - from;
        int m = endB - from;
        if ((long) n * m > LARGE) {
            hunk(pairs, from, endA, from, endB);
            return;
        }
        int[][] length = new int[n + 1][m + 1];
        for (int i = n - 1; i >= 0; i--) {
            for (int j = m - 1; j >= 0; j--) {
                length[i][j] = same(from + i, from + j)
                        ? length[i + 1][j + 1] + 1
                        : Math.max(length[i + 1][j], length[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        int hunkA = 0;
        int hunkB = 0;
        while (i < n && j < m) {
            if (same(from + i, from + j)) {
                hunk(pairs, from + hunkA, from + i, from + hunkB, from + j);
                pairs.add(new int[] {from + i, from + j});
                hunkA = ++i;
                hunkB = ++j;
            } else if (length[i + 1][j] >= length[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
        hunk(pairs, from + hunkA, endA, from + hunkB, endB);
    }

    private static void hunk(List<int[]> pairs, int a, int endA, int b, int endB) {
        int i = a;
        int j = b;
        while (i < endA || j < endB) {
            pairs.add(new int[] {i < endA ? i++ : -1, j < endB ? j++ : -1});
        }
    }

    private boolean put(int i, int j) {
        SourceLines.Line a = i < 0 ? null : before.lines().get(i);
        SourceLines.Line b = j < 0 ? null : after.lines().get(j);
        int target;
        if (a != null && b != null && !a.open() && !b.open()) {
            if (a.length() != b.length()) {
                return false;
            }
            target = a.length();
        } else if (a != null && !a.open()) {
            if (b != null && b.length() > a.length()) {
                return false;
            }
            target = a.length();
        } else if (b != null && !b.open()) {
            if (a != null && a.length() > b.length()) {
                return false;
            }
            target = b.length();
        } else {
            target = Math.max(a == null ? 0 : room(a), b == null ? 0 : room(b));
        }
        // A line of blanks alone must be no part of a literal, nor stand before what is first by its nature.
        if ((a == null && (!openOld || (before.fixedStart() && old.size() == 0)))
                || (b == null && (!openNow || (after.fixedStart() && now.size() == 0)))) {
            return false;
        }
        openOld = write(old, before, a, target, openOld, after, b);
        openNow = write(now, after, b, target, openNow, before, a);
        return true;
    }

    private static int room(SourceLines.Line line) {
        return (line.length() + ROOM + STEP - 1) / STEP * STEP;
    }

    private static boolean write(
            ByteArrayOutputStream to,
            SourceLines source,
            SourceLines.@Nullable Line line,
            int target,
            boolean open,
            SourceLines other,
            SourceLines.@Nullable Line partner) {
        int length = 0;
        byte[] end = FEED;
        if (line != null) {
            to.write(source.text(), line.from(), line.length());
            length = line.length();
            end = line.next() > line.to() ? Arrays.copyOfRange(source.text(), line.to(), line.next()) : FEED;
        } else if (partner != null && partner.next() > partner.to()) {
            end = Arrays.copyOfRange(other.text(), partner.to(), partner.next());
        }
        for (int i = length; i < target; i++) {
            to.write(' ');
        }
        to.writeBytes(end);
        return line == null ? open : line.open();
    }
}
