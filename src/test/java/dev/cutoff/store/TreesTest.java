package dev.cutoff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import dev.cutoff.testing.Gen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {

    @TempDir
    Path folder;

    /** The digest of a folder with one file, as any Remote Execution server computes it: bytes written out by hand. */
    @Test
    void aFolderIsADirectoryMessage() {
        NavigableMap<String, Tree.Entry> entries = new TreeMap<>();
        entries.put("a", new Tree.File(Digest.ofText("hi"), 2, true));
        String hash = Digest.ofText("hi").hex();
        byte[] digest = concat(
                new byte[] {0x0a, 64}, hash.getBytes(java.nio.charset.StandardCharsets.US_ASCII), new byte[] {0x10, 2});
        byte[] node = concat(new byte[] {0x0a, 1, 'a', 0x12, (byte) digest.length}, digest, new byte[] {0x20, 1});
        byte[] message = concat(new byte[] {0x0a, (byte) node.length}, node);
        assertThat(Trees.of(entries).root()).isEqualTo(Digest.of(message));
        assertThat(Trees.of(new TreeMap<>()).root()).isEqualTo(Digest.EMPTY);
    }

    private static byte[] concat(byte[]... parts) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    @Test
    void whatIsAdoptedIsLoadedAgain() throws IOException {
        for (long seed = 0; seed < 200; seed++) {
            NavigableMap<String, Tree.Entry> entries = new Gen(seed).entries();
            Path made = folder.resolve("made" + seed);
            dev.cutoff.testing.Trees.write(entries, made);
            Tree adopted;
            try (Store store = Store.open(folder.resolve("store"))) {
                adopted = store.trees().adopt(made, "test");
            }
            assertThat(adopted.entries()).as("seed %d", seed).isEqualTo(entries);
            assertThat(adopted.root()).isEqualTo(Trees.of(entries).root());
            try (Store store = Store.open(folder.resolve("store"))) {
                assertThat(store.trees().load(adopted.root()))
                        .as("seed %d", seed)
                        .contains(adopted);
            }
        }
    }

    @Test
    void differentTreesHaveDifferentDigests() {
        java.util.Map<Digest, NavigableMap<String, Tree.Entry>> seen = new java.util.HashMap<>();
        for (long seed = 0; seed < 3000; seed++) {
            NavigableMap<String, Tree.Entry> entries = new Gen(seed).entries();
            NavigableMap<String, Tree.Entry> same =
                    seen.putIfAbsent(Trees.of(entries).root(), entries);
            assertThat(same == null ? entries : same).isEqualTo(entries);
        }
    }

    @Test
    void aDamagedMessageIsMissing() throws IOException {
        NavigableMap<String, Tree.Entry> entries = new TreeMap<>();
        entries.put("d", Tree.FOLDER);
        entries.put("d/f", new Tree.File(Digest.ofText("d/f"), 3, false));
        dev.cutoff.testing.Trees.write(entries, folder.resolve("made"));
        Digest root;
        try (Store store = Store.open(folder.resolve("store"))) {
            root = store.trees().adopt(folder.resolve("made"), "test").root();
            Path blob = store.blobs().path(root);
            byte[] bytes = Files.readAllBytes(blob);
            bytes[bytes.length / 2] ^= 1;
            Files.delete(blob);
            Files.write(blob, bytes);
        }
        try (Store store = Store.open(folder.resolve("store"))) {
            assertThat(store.trees().load(root)).isEmpty();
            assertThat(store.blobs().has(root)).as("set aside").isFalse();
            assertThat(folder.resolve("store/damaged/" + root.hex())).exists();
        }
    }

    @Test
    void namesThatLeadOutOfTheFolderAreRefused() {
        for (String name : new String[] {"..", ".", "", "a/b"}) {
            DirectoryCodec.Listing listing = DirectoryCodec.empty();
            listing.links().put(name, "x");
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> DirectoryCodec.decode(DirectoryCodec.encode(listing)))
                    .isInstanceOf(IOException.class);
        }
    }
}
