package dev.cutoff.testing;

import dev.cutoff.model.Digest;
import dev.cutoff.model.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Seeded generators: the same seed gives the same things on every machine. */
public final class Gen {

    private final SplittableRandom random;

    public Gen(long seed) {
        this.random = new SplittableRandom(seed);
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    public boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    public <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    public String name() {
        return of(List.of("a", "b", "c", "lib", "x.h", "ä", "z z"));
    }

    public Digest digest() {
        return Digest.ofText(Long.toString(random.nextLong(50)));
    }

    public byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A tree with folders, files and links, some of which dangle, loop or lead out. */
    public NavigableMap<String, Tree.Entry> entries() {
        NavigableMap<String, Tree.Entry> entries = new TreeMap<>();
        List<String> folders = new ArrayList<>(List.of(""));
        int count = below(14);
        for (int i = 0; i < count; i++) {
            String folder = of(folders);
            String path = folder.isEmpty() ? name() : folder + "/" + name();
            if (entries.containsKey(path)) {
                continue;
            }
            switch (below(5)) {
                case 0, 1 -> {
                    entries.put(path, Tree.FOLDER);
                    folders.add(path);
                }
                case 2 -> entries.put(path, new Tree.Link(target()));
                default -> {
                    byte[] content = path.getBytes(java.nio.charset.StandardCharsets.UTF_8);
                    entries.put(path, new Tree.File(Digest.of(content), content.length, oneIn(3)));
                }
            }
        }
        return entries;
    }

    public String target() {
        StringBuilder target = new StringBuilder();
        int parts = 1 + below(3);
        for (int i = 0; i < parts; i++) {
            target.append(i == 0 ? "" : "/").append(oneIn(3) ? ".." : oneIn(6) ? "." : name());
        }
        return target.toString();
    }

    public String path() {
        StringBuilder path = new StringBuilder();
        int parts = 1 + below(4);
        for (int i = 0; i < parts; i++) {
            path.append(i == 0 ? "" : "/").append(oneIn(5) ? ".." : name());
        }
        return path.toString();
    }
}
