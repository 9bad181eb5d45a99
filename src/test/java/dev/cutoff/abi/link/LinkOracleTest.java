package dev.cutoff.abi.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.Cursor;
import dev.cutoff.abi.FormatException;
import dev.cutoff.testing.Gen;
import dev.cutoff.testing.Skips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random programs, linked against random libraries by the real linker; then a library is changed. Where its state stays
 * the same, linking again must give the same bytes; where the scope says that the product is bound alike, a product that is.
 * More cases by {@code -Dlink.oracle.cases=N} or ./test --long, others by
 * {@code -Dlink.oracle.seed=N}.
 */
class LinkOracleTest {

    private static final int CHANGES = 6;

    @TempDir
    Path folder;

    private final Map<String, int[]> tally = new TreeMap<>();
    private int scopes;
    private int cells;
    private int boundAlike;
    private int boundAlikeInOtherBytes;

    @Test
    void whereTheStateIsTheSameSoIsTheProduct() throws Exception {
        cases(Integer.getInteger("link.oracle.cases", 25), Long.getLong("link.oracle.seed", 1));
    }

    @Test
    @Tag("long")
    void whereTheStateIsTheSameSoIsTheProductInManyCases() throws Exception {
        cases(500, Long.getLong("link.oracle.seed", 2));
    }

    private void cases(int cases, long seed) throws Exception {
        Skips.unlessInstalled("as", "ld", "ar", "gcc");
        Skips.unless(dev.cutoff.abi.Tool.lines("ld", "--version").getFirst().startsWith("GNU ld"), "ld is not GNU ld");
        for (int i = 0; i < cases; i++) {
            Path place = Files.createDirectory(folder.resolve("case" + i));
            one(new Linking(place), new Gen(1_000_003 * seed + i), "seed " + seed + " case " + i);
        }
        int[] sum = new int[3];
        tally.forEach((what, counts) -> {
            System.out.printf(
                    "%-24s same bytes, same state %4d; same bytes, other state %4d; other bytes %4d%n",
                    what, counts[0], counts[1], counts[2]);
            Arrays.setAll(sum, n -> sum[n] + counts[n]);
        });
        System.out.println("sum " + Arrays.toString(sum) + "; scopes " + scopes + ", with cells " + cells
                + "; bound alike in another state " + boundAlike + ", in other bytes " + boundAlikeInOtherBytes);
        assertThat(sum[0]).as("changes that were seen not to matter").isGreaterThan(cases / 2);
        assertThat(sum[2]).as("changes that mattered").isGreaterThan(cases / 4);
        assertThat(boundAlike)
                .as("changes that do not matter though they were seen")
                .isGreaterThan(cases / 10);
    }

    /** What is linked, and what of it is changed. */
    private static final class Setup {
        final Map<String, LibraryModel> libraries = new TreeMap<>();
        final List<LibraryModel> members = new ArrayList<>();
        List<String> command = List.of();
        final List<String> inputs = new ArrayList<>();
    }

    private void one(Linking linking, Gen gen, String name) throws Exception {
        Setup setup = new Setup();
        for (int attempt = 0; attempt < 30; attempt++) {
            if (prepare(linking, gen, setup) && linking.run(setup.command) == 0) {
                Optional<LinkScope> scope = linking.scope(setup.command, "product", setup.inputs);
                if (scope.isEmpty()) {
                    throw new AssertionError(name + ": no scope for " + setup.command);
                }
                scopes++;
                cells += scope.get().cell("lib1.so") > 0 ? 1 : 0;
                LinkScope parsed = LinkScope.parse(scope.get().text());
                assertThat(parsed).isEqualTo(scope.get());
                for (int change = 0; change < CHANGES; change++) {
                    change(linking, gen, setup, parsed, name + " change " + change);
                }
                return;
            }
        }
        System.out.println(name + ": nothing could be linked");
    }

    private boolean prepare(Linking linking, Gen gen, Setup setup) throws Exception {
        setup.libraries.clear();
        setup.members.clear();
        setup.inputs.clear();
        boolean real = gen.oneIn(5);
        boolean archive = gen.oneIn(2);
        LibraryModel first = LibraryModel.random(gen, "lib1.so");
        LibraryModel second = LibraryModel.random(gen, "lib2.so");
        LibraryModel other = LibraryModel.random(gen, "libx.so");
        if (gen.oneIn(3)) {
            int near = gen.of(List.of(3038, 3069, 6143)) - gen.below(160);
            first.fillers = near;
            first.crowd = gen.oneIn(2) ? 40 + gen.below(200) : 0;
        }
        first.needsOther = gen.oneIn(5);
        setup.libraries.put("lib1.so", first);
        setup.libraries.put("lib2.so", second);
        if (!linking.library("libx.so", other)
                || !linking.library("lib1.so", first)
                || !linking.library("lib2.so", second)) {
            return false;
        }
        List<String> files = new ArrayList<>(List.of("lib1.so", "lib2.so"));
        setup.inputs.addAll(files);
        if (first.needsOther) {
            setup.inputs.add("libx.so");
        }
        if (archive) {
            for (int i = 0; i < 3; i++) {
                LibraryModel member = LibraryModel.random(gen, "member" + i);
                member.definitions.removeIf(definition -> gen.oneIn(2));
                member.definitions.forEach(definition -> definition.alias = false);
                member.versioned = false;
                setup.members.add(member);
            }
            if (!linking.archive("liba.a", setup.members)) {
                return false;
            }
            files.add(gen.below(3), "liba.a");
            setup.inputs.add("liba.a");
        }
        Map<String, LibraryModel.Kind> kinds = new TreeMap<>();
        List<LibraryModel> offered = new ArrayList<>(setup.libraries.values());
        offered.addAll(setup.members);
        offered.forEach(model -> model.definitions.forEach(one -> kinds.putIfAbsent(one.name, one.kind)));
        ProgramModel program = ProgramModel.random(gen, kinds).calling(first.crowd);
        String assembly = real ? program.assembly().replace("_start", "main") : program.assembly();
        if (!linking.assemble("main", assembly)) {
            return false;
        }
        setup.command = real ? gccCommand(program, files, setup.inputs) : command(program, files);
        return true;
    }

    private static List<String> command(ProgramModel program, List<String> files) {
        List<String> command = new ArrayList<>(List.of("ld"));
        command.addAll(program.options());
        command.addAll(List.of("-rpath-link", ".", "-o", "product", "main.o"));
        command.addAll(files);
        return command;
    }

    private static List<String> gccCommand(ProgramModel program, List<String> files, List<String> inputs) {
        List<String> arguments = new ArrayList<>(List.of("-o", "product", "main.o"));
        arguments.addAll(files);
        arguments.add("-Wl,-rpath-link,.");
        if (program.library()) {
            arguments.add("-shared");
        } else if (!program.options().contains("-pie")) {
            arguments.add("-no-pie");
        }
        for (String file :
                List.of("libc.so.6", "ld-linux-x86-64.so.2", "libgcc_s.so.1", "libgcc.a", "libc_nonshared.a")) {
            inputs.add(Linking.found(file));
        }
        return Linking.gcc(arguments.toArray(String[]::new));
    }

    private void change(Linking linking, Gen gen, Setup setup, LinkScope scope, String name) throws Exception {
        boolean inArchive = !setup.members.isEmpty() && gen.oneIn(2);
        String file = inArchive ? "liba.a" : gen.oneIn(2) ? "lib1.so" : "lib2.so";
        byte[] before = linking.bytes(file);
        byte[] product = linking.bytes("product");
        String was = scope.state(linking.cursor(file));
        String what = inArchive ? changeArchive(linking, gen, setup) : changeLibrary(linking, gen, setup, file);
        if (what.isEmpty()) {
            Files.write(linking.folder().resolve(file), before);
            return;
        }
        Optional<String> now = state(scope, linking, file);
        Files.delete(linking.folder().resolve("product"));
        int code = linking.run(setup.command);
        boolean sameBytes = code == 0 && Arrays.equals(product, linking.bytes("product"));
        boolean sameState = now.equals(Optional.of(was));
        if (sameState && !sameBytes) {
            Path kept = Files.createTempDirectory("link-oracle");
            for (String each : List.of("main.o", "main.s", "lib1.so", "lib2.so", "liba.a", "libx.so", "product")) {
                Files.write(kept.resolve(each), linking.bytes(each));
            }
            Files.write(kept.resolve("was." + file), before);
            Files.write(kept.resolve("was.product"), product);
            throw new AssertionError(name + ": " + what + " in " + file
                    + " has the same state and another product (exit code " + code + "); cell " + scope.cell("lib1.so")
                    + "; " + String.join(" ", setup.command) + "\n" + kept);
        }
        if (now.isPresent() && !inArchive && isBoundAlike(scope, Cursor.copyOf(before, file), linking.cursor(file))) {
            assertThat(code)
                    .as("%s: %s in %s; %s", name, what, file, setup.command)
                    .isZero();
            assertThat(ProductBinding.of(linking.cursor("product")))
                    .as("%s: %s in %s; %s", name, what, file, setup.command)
                    .isEqualTo(ProductBinding.of(Cursor.copyOf(product, "product")));
            boundAlike += sameState ? 0 : 1;
            boundAlikeInOtherBytes += sameBytes ? 0 : 1;
        } else if (now.isPresent() && !inArchive) {
            // Whatever has the same state is bound alike, where all is known that objects ask for.
            assertThat(sameState && scope.allAsked()).as("%s: %s", name, what).isFalse();
        }
        tally.computeIfAbsent((inArchive ? "archive " : "") + what, any -> new int[3])[
                sameBytes ? sameState ? 0 : 1 : 2]++;
        Files.write(linking.folder().resolve(file), before);
        Files.write(linking.folder().resolve("product"), product);
    }

    private static boolean isBoundAlike(LinkScope scope, Cursor was, Cursor now) throws Exception {
        return scope.bindsOtherwise(was, now).isEmpty();
    }

    private static Optional<String> state(LinkScope scope, Linking linking, String file) throws Exception {
        try {
            return Optional.of(scope.state(linking.cursor(file)));
        } catch (FormatException e) {
            return Optional.empty();
        }
    }

    private static String changeLibrary(Linking linking, Gen gen, Setup setup, String file) throws Exception {
        LibraryModel changed =
                setup.libraries.getOrDefault(file, new LibraryModel()).copy();
        String what = changed.mutate(gen);
        if (gen.oneIn(4)) {
            what += ", " + changed.mutate(gen);
            what = "two changes";
        }
        return linking.library(file, changed) ? what : "";
    }

    private static String changeArchive(Linking linking, Gen gen, Setup setup) throws Exception {
        List<LibraryModel> changed = new ArrayList<>();
        setup.members.forEach(member -> changed.add(member.copy()));
        int at = gen.below(changed.size());
        String what = switch (gen.below(6)) {
            case 0 -> {
                changed.remove(at);
                yield "member removed";
            }
            case 1 -> {
                LibraryModel added = LibraryModel.random(gen, "member9");
                added.definitions.forEach(definition -> definition.alias = false);
                changed.add(at, added);
                yield "member added";
            }
            case 2 -> {
                changed.add(changed.remove(at));
                yield "member moved";
            }
            default -> changed.get(at).mutate(gen);
        };
        return linking.archive("liba.a", changed) ? what : "";
    }
}
