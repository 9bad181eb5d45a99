package dev.cutoff.frontend.fromager;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts wheels where fromager looks for those that it need not build, and takes others away from there. fromager takes any
 * wheel of the right name, version and build tag; so what is to be rebuilt must not lie there.
 */
public final class Seeding {

    /**
     * What came of it.
     *
     * @param present how many of the kept wheels lay there already
     * @param setAside where wheels that lay there are now
     */
    public record Result(int seeded, int present, List<Path> setAside) {}

    private final PlanFile plan;
    private final Path repository;
    private final List<Path> setAside = new ArrayList<>();
    private int seeded;
    private int present;

    private Seeding(PlanFile plan, Path repository) {
        this.plan = plan;
        this.repository = repository;
    }

    /**
     * Seeds a run.
     *
     * @param output fromager's output folder; made where it is missing
     * @throws Failure of kind INPUT where a wheel of the plan is not what it was; then nothing is changed
     */
    public static Result run(PlanFile plan, Path output) {
        Seeding seeding = new Seeding(plan, output.resolve("wheels-repo"));
        seeding.check();
        try {
            seeding.setAside();
            seeding.seed();
        } catch (IOException e) {
            throw Failure.io("seeding " + seeding.repository, e);
        }
        return new Result(seeding.seeded, seeding.present, List.copyOf(seeding.setAside));
    }

    private boolean isToBeSeeded(PlanFile.Unit unit) {
        // fromager downloads what is pre-built.
        return unit.kept() && !unit.preBuilt() && !unit.wheel().isEmpty();
    }

    private void check() {
        for (PlanFile.Unit unit : plan.units()) {
            if (isToBeSeeded(unit) && !digest(Path.of(unit.wheel())).equals(unit.sha256())) {
                throw Failure.input(unit.wheel() + ": is not the wheel that the plan was made of; plan again");
            }
        }
    }

    private static String digest(Path file) {
        return Digest.of(Folders.bytes(file)).hex();
    }

    private void setAside() throws IOException {
        Path downloads = repository.resolve("downloads");
        if (!Files.isDirectory(downloads)) {
            return;
        }
        WheelShelf shelf = new WheelShelf(List.of(downloads));
        for (PlanFile.Unit unit : plan.units()) {
            if (unit.preBuilt()) {
                continue;
            }
            for (WheelShelf.Found found : shelf.all(unit.name(), unit.version())) {
                boolean stays = unit.kept() && digest(found.file()).equals(unit.sha256());
                if (!stays) {
                    move(found.file());
                }
            }
        }
    }

    private void move(Path wheel) throws IOException {
        Path folder = Files.createDirectories(repository.resolve("set-aside"));
        Path target = folder.resolve(wheel.getFileName());
        Files.move(wheel, target, StandardCopyOption.REPLACE_EXISTING);
        setAside.add(target);
        // fromager's index of downloads holds a link to each.
        Path index = repository.resolve("simple");
        if (Files.isDirectory(index)) {
            for (Path project : Folders.in(index)) {
                Path link = project.resolve(wheel.getFileName());
                if (Files.isSymbolicLink(link) && !Files.exists(link)) {
                    Files.delete(link);
                }
            }
        }
    }

    private void seed() throws IOException {
        Path downloads = Files.createDirectories(repository.resolve("downloads"));
        for (PlanFile.Unit unit : plan.units()) {
            if (!isToBeSeeded(unit)) {
                continue;
            }
            Path wheel = Path.of(unit.wheel());
            Path target = downloads.resolve(wheel.getFileName());
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)
                    && digest(target).equals(unit.sha256())) {
                present++;
                continue;
            }
            Path made = downloads.resolve("." + wheel.getFileName() + ".new");
            Files.copy(wheel, made, StandardCopyOption.REPLACE_EXISTING);
            Files.move(made, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            seeded++;
        }
    }
}
