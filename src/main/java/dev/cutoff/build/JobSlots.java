package dev.cutoff.build;

/** Shares a number of processes among the builds that run at once. */
final class JobSlots {

    private final int all;
    private int free;
    private int waiting;

    JobSlots(int all) {
        this.all = all;
        this.free = all;
    }

    /** Takes a share, at least one; waits while none is free. To be given back whole. */
    synchronized int take(int readyUnits) throws InterruptedException {
        waiting++;
        try {
            while (free == 0) {
                wait();
            }
            int share = Math.max(1, free / Math.max(1, Math.max(waiting, readyUnits)));
            free -= share;
            return share;
        } finally {
            waiting--;
        }
    }

    synchronized void giveBack(int share) {
        free = Math.min(all, free + share);
        notifyAll();
    }
}
