package dev.cutoff.frontend.fromager;

import dev.cutoff.abi.FormatException;
import dev.cutoff.abi.document.WheelJson;
import dev.cutoff.abi.document.WheelJsonReader;
import dev.cutoff.abi.wheel.Wheel;
import dev.cutoff.abi.wheel.WheelReader;
import dev.cutoff.frontend.python.Memory;
import dev.cutoff.model.Digest;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Fingerprints of wheels: those that lie somewhere as files, and those that were kept as documents, by the digest of the
 * document, when a wheel was recorded.
 */
final class Fingerprints {

    /** Counted up whenever fingerprints come out otherwise: then what is remembered of them says nothing. */
    private static final String READER = "fingerprint of wheel 3 ";

    /** Begins the key of a domain that modules share types in. */
    static final String DOMAIN = "domain ";

    /**
     * What is known of a wheel file without its fingerprint.
     *
     * @param contentKnown whether {@code content} is over all of it: a gap makes it equal to no other; likewise {@code abiKnown}
     * @param offers whether it has a build interface
     * @param shares whether its binaries share types with those of others, in a domain
     * @param uses whether its binaries ask anything of other wheels; those that can't be read may
     * @param document digest of its fingerprint's document
     * @param requiresPython its Requires-Python, likewise {@code requiresDist}
     */
    record Seen(
            Path file,
            Digest sha256,
            Digest content,
            boolean contentKnown,
            Digest abi,
            boolean abiKnown,
            boolean offers,
            boolean shares,
            boolean uses,
            Digest document,
            String requiresPython,
            List<String> requiresDist) {}

    private final Memory memory;
    private final Path folder;
    private final Map<Path, Seen> seen = new ConcurrentHashMap<>();
    private final Map<Digest, Wheel> wheels = new ConcurrentHashMap<>();

    /** @param records the folder of records; documents are in {@code wheels} there */
    Fingerprints(Memory memory, Path records) {
        this.memory = memory;
        this.folder = records.resolve("wheels");
    }

    /**
     * Looks at a wheel; a file that has not changed since is not read again.
     *
     * @throws FormatException if it is no wheel that can be trusted
     */
    Seen see(Path file) throws FormatException, IOException {
        Seen known = seen.get(file);
        if (known == null) {
            Digest sha256 = memory.digest(file);
            Digest question = Digest.ofText(READER + sha256.hex());
            Optional<Seen> remembered = memory.recall(question).flatMap(answer -> parse(file, sha256, answer));
            if (remembered.isPresent()) {
                known = remembered.get();
            } else {
                Wheel wheel = WheelReader.read(file);
                known = describe(file, sha256, wheel);
                wheels.put(known.document(), wheel);
                memory.remember(question, text(known).getBytes(StandardCharsets.UTF_8));
            }
            seen.put(file, known);
        }
        return known;
    }

    private static Seen describe(Path file, Digest sha256, Wheel wheel) {
        return new Seen(
                file,
                sha256,
                wheel.content(),
                wheel.knows(Wheel.Facet.BUILD) && wheel.knows(Wheel.Facet.TOOLS),
                wheel.abi(),
                wheel.knows(Wheel.Facet.LIBRARIES) && wheel.knows(Wheel.Facet.CAPI) && wheel.knows(Wheel.Facet.BUILD),
                offers(wheel),
                wheel.modules().values().stream()
                        .anyMatch(needs -> needs.uses().keySet().stream().anyMatch(key -> key.startsWith(DOMAIN))),
                !LooseUse.of(wheel).isEmpty() || !wheel.knows(Wheel.Facet.MODULES),
                Digest.ofText(WheelJson.document(wheel)),
                wheel.identity().requiresPython(),
                wheel.identity().requiresDist());
    }

    /** Whether binaries can be built against it; what could not be read may be such an interface. */
    static boolean offers(Wheel wheel) {
        return !wheel.build().isEmpty()
                || !wheel.capi().isEmpty()
                || wheel.libraries().values().stream().anyMatch(face -> !face.hashed())
                || !wheel.gaps().isEmpty();
    }

    private static String text(Seen seen) {
        List<String> lines = new ArrayList<>(List.of(
                seen.content().hex(),
                seen.abi().hex(),
                seen.document().hex(),
                flag(seen.contentKnown())
                        + flag(seen.abiKnown())
                        + flag(seen.offers())
                        + flag(seen.shares())
                        + flag(seen.uses()),
                seen.requiresPython()));
        lines.addAll(seen.requiresDist());
        return String.join("\n", lines);
    }

    private static String flag(boolean is) {
        return is ? "+" : "-";
    }

    private static Optional<Seen> parse(Path file, Digest sha256, byte[] answer) {
        String[] lines = new String(answer, StandardCharsets.UTF_8).split("\n", -1);
        if (lines.length < 5
                || !Digest.isHex(lines[0])
                || !Digest.isHex(lines[1])
                || !Digest.isHex(lines[2])
                || lines[3].length() != 5) {
            return Optional.empty();
        }
        String flags = lines[3];
        return Optional.of(new Seen(
                file,
                sha256,
                new Digest(lines[0]),
                flags.charAt(0) == '+',
                new Digest(lines[1]),
                flags.charAt(1) == '+',
                flags.charAt(2) == '+',
                flags.charAt(3) == '+',
                flags.charAt(4) == '+',
                new Digest(lines[2]),
                lines[4],
                List.of(lines).subList(5, lines.length)));
    }

    /** The fingerprint of a wheel that was seen: its document where that is kept, else read once more. */
    Wheel wheel(Seen of) throws FormatException, IOException {
        Wheel known = wheels.get(of.document());
        if (known == null) {
            known = Files.isRegularFile(path(of.document())) ? kept(of.document()) : WheelReader.read(of.file());
            wheels.put(of.document(), known);
        }
        return known;
    }

    /**
     * A fingerprint that was kept.
     *
     * @throws Failure of kind INPUT where it is missing, damaged, or of a schema that is not known
     */
    Wheel kept(Digest document) {
        Wheel known = wheels.get(document);
        if (known == null) {
            Path file = path(document);
            byte[] bytes;
            try {
                bytes = Files.readAllBytes(file);
            } catch (IOException e) {
                throw Failure.input(
                        Failure.io("reading the fingerprint " + file, e).getMessage());
            }
            if (!Digest.of(bytes).equals(document)) {
                throw Failure.input(file + ": is damaged: its content is not what its name says");
            }
            known = WheelJsonReader.read(new String(bytes, StandardCharsets.UTF_8), file.toString());
            wheels.put(document, known);
        }
        return known;
    }

    /** Keeps the fingerprint of a wheel that was seen as a document. */
    void keep(Seen of) throws FormatException, IOException {
        Path file = path(of.document());
        if (!Files.isRegularFile(file) || !Digest.of(Files.readAllBytes(file)).equals(of.document())) {
            // A damaged document stands in the way of reading: the wheel itself is read.
            Wheel wheel = wheels.get(of.document());
            Wheel read = wheel == null ? WheelReader.read(of.file()) : wheel;
            WheelRecords.replace(file, WheelJson.document(read));
        }
    }

    private Path path(Digest document) {
        return folder.resolve(document.hex() + ".json");
    }
}
