package dev.cutoff.frontend.cargo;

import dev.cutoff.build.Outcome;
import dev.cutoff.model.Action;
import dev.cutoff.model.Failure;
import dev.cutoff.model.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What earlier runs of {@code cutoff cargo} did with a crate's units, and who uses the crate. */
public final class Explanations {

    private final Units units;
    private final Map<String, String> environment;
    private final FileDigests digests = new FileDigests();

    private Explanations(Units units, Map<String, String> environment) {
        this.units = units;
        this.environment = environment;
    }

    /**
     * A unit.
     *
     * @param last what the last run that came to it did
     * @param place the folder of its outputs, which tells profiles and targets apart
     * @param ended when that was, as in 2026-11-29T23:05:11Z
     * @param changed files that are other ones than at its last compile
     * @param users recorded units that depend on it directly
     */
    public record Unit(Outcome last, Path place, String ended, List<Path> changed, List<User> users) {}

    /**
     * A unit that depends on another one.
     *
     * @param items of the other one, which it uses; empty where the compiler was not asked
     * @param why the compiler does not tell, "" where it does
     */
    public record User(String unit, Set<String> items, String why) {}

    /**
     * The units of a crate, the latest first.
     *
     * @param crate name, or name and version, as reports have it
     * @param workspace a folder in which cargo finds a workspace
     * @param items whether the compiler is asked what users use, which compiles each without code generation
     */
    public static List<Unit> of(String crate, Path workspace, Map<String, String> environment, boolean items) {
        try {
            Path target = CargoRun.target(workspace, environment)
                    .orElseThrow(() -> Failure.input("cargo finds no workspace in " + workspace));
            Path folder = State.place(target).resolve(CargoRun.UNITS);
            Explanations all = new Explanations(new Units(folder, note -> {}), environment);
            return all.units(crate, items);
        } catch (IOException e) {
            throw Failure.io("reading what cutoff cargo noted", e);
        }
    }

    private List<Unit> units(String crate, boolean items) throws IOException {
        List<Unit> found = new ArrayList<>();
        for (UnitFolder folder : units.all()) {
            Optional<UnitFolder.Decided> decided = folder.decided();
            if (decided.isPresent() && isNamed(decided.get().unit(), crate)) {
                found.add(unit(folder, decided.get(), items));
            }
        }
        found.sort(Comparator.comparing(Unit::ended).reversed());
        return found;
    }

    private static boolean isNamed(String unit, String crate) {
        return unit.equals(crate) || unit.startsWith(crate + " ");
    }

    private Unit unit(UnitFolder folder, UnitFolder.Decided decided, boolean items) throws IOException {
        Action action = Action.valueOf(decided.action());
        Outcome last =
                Tally.outcome(decided.unit(), action, Reason.Kind.valueOf(decided.kind()), decided.why(), 0, 0, 0);
        List<Path> changed = new ArrayList<>();
        List<User> users = new ArrayList<>();
        Optional<UnitRecord> record = folder.record();
        if (record.isPresent()) {
            for (String name : StateFile.names(record.get().inputs(), Inputs.SOURCE)) {
                if (!digests.content(Path.of(name)).equals(record.get().inputs().get(Inputs.SOURCE + name))) {
                    changed.add(Path.of(name));
                }
            }
            Set<String> libraries = new TreeSet<>();
            record.get().outputs().forEach(output -> libraries.add(UnitRecord.stem(output.toString())));
            for (UnitFolder other : units.all()) {
                Optional<UnitRecord> dependent = other.record().filter(r -> r.dependsOn(libraries));
                if (dependent.isPresent()) {
                    users.add(user(other, dependent.get(), folder.crate(), items));
                }
            }
        }
        users.sort(Comparator.comparing(User::unit));
        return new Unit(last, decided.place(), decided.ended(), changed, users);
    }

    private User user(UnitFolder folder, UnitRecord record, String crate, boolean items) throws IOException {
        if (!items) {
            return new User(record.unit(), Set.of(), "");
        }
        try {
            Optional<RustcCall> call = folder.call(record, environment);
            return call.isPresent()
                    ? new User(record.unit(), ItemUses.of(folder, call.get(), crate), "")
                    : new User(record.unit(), Set.of(), "its command line is not kept");
        } catch (IOException e) {
            return new User(record.unit(), Set.of(), String.valueOf(e.getMessage()));
        }
    }
}
