package dev.cutoff.frontend.python;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version of PEP 440, in the order of PEP 440.
 *
 * @param release numbers before any suffix, at least one
 * @param phase of a pre-release: {@code a}, {@code b} or {@code rc}; null where it is none
 * @param pre number of the pre-release
 * @param post number of the post-release; -1 where it is none; likewise {@code dev}
 * @param local parts of the local version; empty where there is none
 */
public record Version(
        long epoch, List<Long> release, @Nullable String phase, long pre, long post, long dev, List<String> local)
        implements Comparable<Version> {

    /** Numbers of more digits are no versions that anyone wrote. */
    private static final String NUMBER = "[0-9]{1,18}";

    private static final Pattern FORM = Pattern.compile(
            "v?(?:(?<epoch>N)!)?(?<release>N(?:\\.N)*)".replace("N", NUMBER)
                    + "(?:[-_.]?(?<phase>alpha|beta|preview|pre|a|b|c|rc)[-_.]?(?<pre>N)?)?".replace("N", NUMBER)
                    + "(?:-(?<bare>N)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postn>N)?)?".replace("N", NUMBER)
                    + "(?:[-_.]?(?<dev>dev)[-_.]?(?<devn>N)?)?".replace("N", NUMBER)
                    + "(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
            Pattern.CASE_INSENSITIVE);

    public Version {
        release = List.copyOf(release);
        local = List.copyOf(local);
    }

    /** The version that a text names; empty where it is none. */
    public static Optional<Version> parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        String bare = form.group("bare");
        String local = form.group("local");
        return Optional.of(new Version(
                number(form.group("epoch"), 0),
                Arrays.stream(form.group("release").split("\\."))
                        .map(Long::parseLong)
                        .toList(),
                phase(form.group("phase")),
                number(form.group("pre"), 0),
                bare != null ? Long.parseLong(bare) : form.group("post") == null ? -1 : number(form.group("postn"), 0),
                form.group("dev") == null ? -1 : number(form.group("devn"), 0),
                local == null ? List.of() : parts(local)));
    }

    private static List<String> parts(String local) {
        List<String> parts = new ArrayList<>();
        for (String part : local.toLowerCase(Locale.ROOT).split("[-_.]")) {
            parts.add(isNumber(part) ? part.replaceFirst("^0+(?=.)", "") : part);
        }
        return parts;
    }

    private static boolean isNumber(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long number(@Nullable String text, long otherwise) {
        return text == null ? otherwise : Long.parseLong(text);
    }

    private static @Nullable String phase(@Nullable String word) {
        if (word == null) {
            return null;
        }
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "a", "alpha" -> "a";
            case "b", "beta" -> "b";
            default -> "rc";
        };
    }

    public boolean isPrerelease() {
        return phase != null || dev >= 0;
    }

    public boolean isPostrelease() {
        return post >= 0;
    }

    /** Without the local version. */
    public Version publicVersion() {
        return local.isEmpty() ? this : new Version(epoch, release, phase, pre, post, dev, List.of());
    }

    /** Epoch and release alone. */
    public Version base() {
        return new Version(epoch, release, null, 0, -1, -1, List.of());
    }

    /** A number of the release; 0 behind its end. */
    public long part(int index) {
        return index < release.size() ? release.get(index) : 0;
    }

    @Override
    public int compareTo(Version other) {
        int order = Long.compare(epoch, other.epoch);
        for (int i = 0; order == 0 && i < Math.max(release.size(), other.release.size()); i++) {
            order = Long.compare(part(i), other.part(i));
        }
        order = order != 0 ? order : Integer.compare(preRank(), other.preRank());
        order = order != 0 || phase == null ? order : Long.compare(pre, other.pre);
        order = order != 0 ? order : Long.compare(post, other.post);
        // A version without .dev comes after those with.
        order = order != 0 ? order : Long.compareUnsigned(dev, other.dev);
        return order != 0 ? order : compareLocal(other);
    }

    /** Where the version stands among those of one release: 1.0.dev1 < 1.0a1 < 1.0b1 < 1.0rc1 < 1.0 < 1.0.post1. */
    private int preRank() {
        if (phase == null) {
            return post < 0 && dev >= 0 ? 0 : 4;
        }
        return switch (phase) {
            case "a" -> 1;
            case "b" -> 2;
            default -> 3;
        };
    }

    private int compareLocal(Version other) {
        for (int i = 0; i < Math.min(local.size(), other.local.size()); i++) {
            String mine = local.get(i);
            String theirs = other.local.get(i);
            boolean number = isNumber(mine);
            int order = number != isNumber(theirs)
                    ? (number ? 1 : -1)
                    : number && mine.length() != theirs.length()
                            ? Integer.compare(mine.length(), theirs.length())
                            : mine.compareTo(theirs);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(local.size(), other.local.size());
    }

    /** Whether they are one version, as 1.0 and 1.0.0 are. */
    public boolean isSameAs(Version other) {
        return compareTo(other) == 0;
    }

    /** The normal form, as {@code packaging} writes it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (epoch != 0) {
            text.append(epoch).append('!');
        }
        text.append(String.join(".", release.stream().map(String::valueOf).toList()));
        if (phase != null) {
            text.append(phase).append(pre);
        }
        if (post >= 0) {
            text.append(".post").append(post);
        }
        if (dev >= 0) {
            text.append(".dev").append(dev);
        }
        return local.isEmpty() ? text.toString() : text + "+" + String.join(".", local);
    }
}
