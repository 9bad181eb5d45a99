import dev.cutoff.decide.Candidate;
import dev.cutoff.model.BuildRecord;
import dev.cutoff.store.Store;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How long it takes to encode and store one record, into an empty store each time: RecordTimes STORE UNIT TIMES. The first
 * time in a process, with the code cold, is what a build pays at most (it reads parts of the record that were not read yet,
 * too); the median of all says what the work itself takes. The thread's own CPU time and wall time, in ms.
 */
public final class RecordTimes {

    private RecordTimes() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int times = Integer.parseInt(arguments[2]);
        BuildRecord record;
        try (Store store = Store.open(folder)) {
            Candidate candidate = store.candidates(arguments[1]).getFirst();
            record = candidate.record();
            System.out.println(record.uses().size() + " facts, " + record.steps().size() + " steps");
        }
        var threads = ManagementFactory.getThreadMXBean();
        double[] cpu = new double[times];
        double[] wall = new double[times];
        for (int i = 0; i < times; i++) {
            Path empty = Files.createTempDirectory("cutoff-record-times");
            try (Store store = Store.open(empty)) {
                long cpuBefore = threads.getCurrentThreadCpuTime();
                long before = System.nanoTime();
                store.commit(record, true);
                wall[i] = (System.nanoTime() - before) / 1e6;
                cpu[i] = (threads.getCurrentThreadCpuTime() - cpuBefore) / 1e6;
            }
            new ProcessBuilder("rm", "-rf", empty.toString()).start().waitFor();
        }
        System.out.printf("first: cpu %.1f ms, wall %.1f ms%n", cpu[0], wall[0]);
        Arrays.sort(cpu);
        Arrays.sort(wall);
        System.out.printf("median of %d: cpu %.1f ms, wall %.1f ms%n", times, cpu[times / 2], wall[times / 2]);
    }
}
