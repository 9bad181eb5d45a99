package dev.cutoff.cli;

import dev.cutoff.model.Failure;
import dev.cutoff.report.CollectionReport;
import dev.cutoff.store.Collection;
import dev.cutoff.store.Collector;
import dev.cutoff.store.Store;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cutoff store gc}: takes from the store what is old or too much. */
@Command(
        name = "gc",
        mixinStandardHelpOptions = true,
        description = {
            "Remove what has not been used for long, then what was used longest ago until the rest is small enough.",
            "What running processes use stays; they need not wait. A unit whose record went is built again."
        },
        footer = {"", "Example, after a build: ./cutoff store gc --max-size 5G --dry-run"})
final class StoreGcCommand implements Callable<Integer> {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([KMGT]?)");
    private static final Pattern AGE = Pattern.compile("(\\d{1,6})([hdw])");

    @Mixin
    StoreOption store = new StoreOption();

    @Mixin
    JsonOption json = new JsonOption();

    @Option(
            names = "--max-size",
            paramLabel = "SIZE",
            description = "How much may stay: bytes, or with K, M, G or T (default: ${DEFAULT-VALUE}).")
    String size = "20G";

    @Option(
            names = "--max-age",
            paramLabel = "AGE",
            description = "How long ago the last use may be: with h, d or w (default: ${DEFAULT-VALUE}).")
    String age = "90d";

    @Option(names = "--dry-run", description = "Say what would be removed, and remove nothing.")
    boolean trial;

    @Override
    public Integer call() {
        json.check();
        Collection.Limits limits = new Collection.Limits(bytes(size), milliseconds("--max-age", age));
        try (Store opened = store.openExisting()) {
            Collection collection = new Collector(opened, InstantSource.system()).collect(limits, trial);
            json.people().print(CollectionReport.text(opened.folder(), collection, limits, trial));
            for (String project : new Projects(opened).removeGone(trial)) {
                json.people()
                        .println((trial ? "would remove" : "removed") + " logs and decisions of " + project
                                + ", which is no more");
            }
            json.write(CollectionReport.json(opened.folder(), collection, limits, trial));
        }
        return 0;
    }

    static long bytes(String text) {
        Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw Failure.input("--max-size " + text + ": say bytes, or a number with K, M, G or T, as in 20G");
        }
        int power = "KMGT".indexOf(matcher.group(2)) + (matcher.group(2).isEmpty() ? 0 : 1);
        long factor = 1L << (10 * power);
        long number = Long.parseLong(matcher.group(1));
        return number > Long.MAX_VALUE / factor ? Long.MAX_VALUE : number * factor;
    }

    /** @param option for the message */
    static long milliseconds(String option, String text) {
        Matcher matcher = AGE.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw Failure.input(option + " " + text + ": say hours, days or weeks, as in 12h, 90d or 8w");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "h" -> TimeUnit.HOURS.toMillis(number);
            case "d" -> TimeUnit.DAYS.toMillis(number);
            default -> TimeUnit.DAYS.toMillis(7 * number);
        };
    }
}
