package dev.cutoff.observe;

import dev.cutoff.observe.PreloadRecords.Entry;
import org.jspecify.annotations.Nullable;

/** Deeds by the records that told of them: a hash table over what such a record says, whoever it is of. */
final class DeedMemo {

    private long[] manners = new long[1 << 10];
    private long[] texts = new long[1 << 10];
    private @Nullable Deed[] deeds = new @Nullable Deed[1 << 10];
    private int size;

    /** Kind, whether it is done, what it was opened for and its result; no manner is 0. */
    private static long manner(Entry entry) {
        long outcome = entry.done() ? (entry.result() & 0xfffL) + 1 : 0;
        return ((long) entry.kind().ordinal() << 48) | (outcome << 32) | (entry.extra() & 0xffffffffL);
    }

    /** One or two numbers of texts. */
    private static long texts(Entry entry) {
        return (entry.number(0) & 0xffffffffL) | (entry.size() > 1 ? ((long) entry.number(1) << 32) : (-1L << 32));
    }

    private static int slot(long[] manners, long[] texts, long manner, long text) {
        long hash = (manner * 0x9e3779b97f4a7c15L ^ text) * 0xff51afd7ed558ccdL;
        int slot = (int) (hash >>> 32) & (manners.length - 1);
        while (manners[slot] != 0 && (manners[slot] != manner || texts[slot] != text)) {
            slot = (slot + 1) & (manners.length - 1);
        }
        return slot;
    }

    /** The deed of such a record; null if it is not known. */
    @Nullable
    Deed get(Entry entry) {
        return deeds[slot(manners, texts, manner(entry), texts(entry))];
    }

    void put(Entry entry, Deed deed) {
        if (size * 2 > manners.length) {
            grow();
        }
        int slot = slot(manners, texts, manner(entry), texts(entry));
        manners[slot] = manner(entry);
        texts[slot] = texts(entry);
        deeds[slot] = deed;
        size++;
    }

    private void grow() {
        long[] largerManners = new long[manners.length * 2];
        long[] largerTexts = new long[manners.length * 2];
        @Nullable Deed[] largerDeeds = new @Nullable Deed[manners.length * 2];
        for (int i = 0; i < manners.length; i++) {
            if (manners[i] != 0) {
                int slot = slot(largerManners, largerTexts, manners[i], texts[i]);
                largerManners[slot] = manners[i];
                largerTexts[slot] = texts[i];
                largerDeeds[slot] = deeds[i];
            }
        }
        manners = largerManners;
        texts = largerTexts;
        deeds = largerDeeds;
    }
}
