package dev.cutoff.abi.diff;

import dev.cutoff.abi.elf.NeededVersion;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Form;
import dev.cutoff.abi.fingerprint.Need;
import dev.cutoff.abi.fingerprint.Offer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who uses the old interface: a file with its needs, or anybody, who may use all of it. */
final class Consumer {

    /** What a consumer makes of a symbol, from least to most. */
    enum Use {
        NONE,
        /** It can do without. */
        WEAK,
        NORMAL,
        /** It holds a copy of the data, of the old size. */
        COPY
    }

    private final @Nullable Binary file;
    private final Map<String, List<Need>> needs = new HashMap<>();

    private Consumer(@Nullable Binary file) {
        this.file = file;
        if (file != null) {
            for (Need need : file.needs()) {
                needs.computeIfAbsent(need.name(), _ -> new ArrayList<>()).add(need);
            }
        }
    }

    static Consumer of(@Nullable Binary file) {
        return new Consumer(file);
    }

    boolean isAnybody() {
        return file == null;
    }

    /** What it makes of a symbol that a library of this soname offers. */
    Use use(Offer offer, @Nullable String soname) {
        if (file == null) {
            return offer.isData() ? Use.COPY : Use.NORMAL;
        }
        Use most = Use.NONE;
        for (Need need : needs.getOrDefault(offer.name(), List.of())) {
            if (binds(need, offer, soname)) {
                Use use = need.copied() ? Use.COPY : need.weak() ? Use.WEAK : Use.NORMAL;
                most = use.compareTo(most) > 0 ? use : most;
            }
        }
        return most;
    }

    /** As the loader does it: a library without versions satisfies any version, a need without one takes the default. */
    private static boolean binds(Need need, Offer offer, @Nullable String soname) {
        if (need.file() != null && soname != null && !need.file().equals(soname)) {
            return false;
        }
        return need.version() == null
                ? offer.isDefault()
                : offer.version() == null || need.version().equals(offer.version());
    }

    /** Whether it has a need of this name, wherever it comes from now. */
    boolean names(String symbol) {
        return file == null || needs.containsKey(symbol);
    }

    /** Whether it asks for a library by this name. An object asks for none: that is its link's turn. */
    boolean loads(String soname) {
        return file == null || file.form() == Form.OBJECT || file.needed().contains(soname);
    }

    /** Whether the loader refuses it where a library no longer has a version. */
    boolean insistsOn(@Nullable String soname, String version) {
        if (file == null) {
            return true;
        }
        for (NeededVersion needed : file.neededVersions()) {
            if (needed.name().equals(version)
                    && !needed.weak()
                    && (soname == null || needed.file().equals(soname))) {
                return true;
            }
        }
        return false;
    }
}
