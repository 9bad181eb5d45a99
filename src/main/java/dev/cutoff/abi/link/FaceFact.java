package dev.cutoff.abi.link;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing that a link could see of a library.
 *
 * @param name of a symbol, a member or a property, in the form of {@link Names#plain}
 * @param detail what the link sees of it: words, the first of each pair naming the second; empty for its mere presence
 */
record FaceFact(Kind kind, String name, String detail) {

    /** What a fact is about, and how a difference in it is told. */
    enum Kind {
        PROPERTY("has"),
        NEEDS("needs"),
        DEFINES("defines"),
        ASKS("asks for"),
        OFFERS("offers"),
        MEMBER("holds"),
        NAMES("names");

        private final String verb;

        Kind(String verb) {
            this.verb = verb;
        }
    }

    /** Whether it is about all symbols of the library at once. */
    boolean isOfAll() {
        return kind == Kind.NAMES;
    }

    String key() {
        return kind + " " + name;
    }

    String line() {
        return key() + " " + detail;
    }

    String added() {
        return "now also " + kind.verb + " " + name;
    }

    String removed() {
        return "no longer " + kind.verb + " " + name;
    }

    /** How the same thing differs in another file. */
    String changed(FaceFact now) {
        if (kind == Kind.MEMBER) {
            return "member " + name + " changed";
        }
        if (kind == Kind.NAMES) {
            return name.equals("number")
                    ? "the number of its symbols changed so much that the linker may put the product's in another order"
                    : "the list of its symbols changed, all of which count in this link";
        }
        String[] old = detail.split(" ");
        String[] fresh = now.detail.split(" ");
        if (old.length != fresh.length || old.length < 2) {
            return name + " " + told(detail) + " -> " + told(now.detail);
        }
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < old.length; i += 2) {
            if (!old[i + 1].equals(fresh[i + 1])) {
                pairs.add(old[i] + " " + old[i + 1] + " -> " + fresh[i + 1]);
            }
        }
        return name + " " + String.join(", ", pairs);
    }

    /** A value without the mark by which none and an empty one differ. */
    private static String told(String value) {
        return value.startsWith("=") ? value.substring(1) : value;
    }
}
