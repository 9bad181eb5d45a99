package dev.cutoff.report;

import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Data;
import dev.cutoff.abi.fingerprint.Distribution;
import dev.cutoff.abi.fingerprint.Fingerprint;
import dev.cutoff.abi.fingerprint.Folder;
import dev.cutoff.abi.fingerprint.Header;
import dev.cutoff.abi.fingerprint.Link;
import dev.cutoff.abi.fingerprint.Offer;
import dev.cutoff.abi.fingerprint.StaticArchive;
import dev.cutoff.abi.type.Surface;
import dev.cutoff.abi.type.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Fingerprints in a few lines for people. */
public final class InterfaceReport {

    private InterfaceReport() {}

    /** Lines on one file, the first with its name. */
    public static String text(String name, Fingerprint fingerprint) {
        StringBuilder text = new StringBuilder(printable(name)).append(": ");
        switch (fingerprint) {
            case Binary binary -> binary(text, binary);
            case StaticArchive archive -> archive(text, archive);
            case Header header ->
                text.append("header").append(header.beyond() == null ? "" : ", code in it sees its lines or more");
            case Folder folder -> folder(text, folder);
            case Data _ -> text.append("data");
            case Link link -> text.append("link to ").append(printable(link.target()));
            case Distribution _ -> text.append(fingerprint.kind());
        }
        String types = fingerprint instanceof Binary binary ? types(binary) : "";
        return text.append("\n  digest ")
                .append(fingerprint.digest().hex())
                .append("\n  evidence: ")
                .append(fingerprint.evidence())
                .append(types)
                .append('\n')
                .toString();
    }

    private static void binary(StringBuilder text, Binary binary) {
        text.append(
                switch (binary.form()) {
                    case SHARED -> "shared library";
                    case PROGRAM -> "program";
                    case OBJECT -> "object";
                });
        text.append(", ").append(binary.machine().text());
        if (binary.soname() != null) {
            text.append(", soname ").append(printable(binary.soname()));
        }
        if (binary.hidesSymbols()) {
            text.append("; only intermediate code for link-time optimisation, its symbols are not known");
            return;
        }
        text.append("\n  offers ").append(offers(binary.offers()));
        if (!binary.versions().isEmpty()) {
            text.append(", ").append(count(binary.versions().size(), "version"));
        }
        text.append("\n  needs ").append(count(binary.needs().size(), "symbol"));
        if (!binary.needed().isEmpty()) {
            text.append("; ").append(printable(String.join(", ", binary.needed())));
        }
    }

    private static String types(Binary binary) {
        Surface types = binary.types();
        StringBuilder text = new StringBuilder();
        if (types.tier() == Tier.SYMBOLS) {
            return text.append(": types are not known: ")
                    .append(printable(String.join("; ", types.gaps())))
                    .toString();
        }
        text.append(" of ")
                .append(types.symbols().size())
                .append(" of ")
                .append(count(binary.offers().size(), "symbol"));
        text.append(
                types.tier() == Tier.HEADERS
                        ? ", as public headers show them"
                        : "; public headers are not known: all that symbols reach counts");
        text.append("\n  types    ").append(types.digest().hex());
        types.gaps().forEach(gap -> text.append("\n  not read: ").append(printable(gap)));
        return text.toString();
    }

    private static String offers(List<Offer> offers) {
        int data = 0;
        for (Offer offer : offers) {
            data += offer.isData() ? 1 : 0;
        }
        return count(offers.size(), "symbol") + (data == 0 ? "" : ", " + data + " of them data");
    }

    private static void archive(StringBuilder text, StaticArchive archive) {
        List<Offer> offers = new ArrayList<>();
        for (StaticArchive.Part part : archive.parts()) {
            if (part.object() != null) {
                offers.addAll(part.object().offers());
            }
        }
        text.append(archive.thin() ? "thin archive, " : "archive, ")
                .append(count(archive.parts().size(), "member"))
                .append(archive.index() == null ? ", no symbol index" : "")
                .append("\n  ")
                .append(archive.thin() ? "its members are not read" : "offers " + offers(offers));
    }

    private static void folder(StringBuilder text, Folder folder) {
        Map<String, Integer> kinds = new TreeMap<>();
        List<String> unread = new ArrayList<>();
        folder.files().forEach((path, file) -> {
            kinds.merge(file.kind(), 1, Integer::sum);
            if (file instanceof Data data && data.why() != null) {
                unread.add(path + ": compared by bytes: " + data.why());
            }
        });
        List<String> parts = new ArrayList<>();
        kinds.forEach((kind, count) -> parts.add(count + " " + kind));
        text.append("folder, ")
                .append(count(folder.files().size(), "file"))
                .append(parts.isEmpty() ? "" : ": " + String.join(", ", parts));
        unread.forEach(line -> text.append("\n  ").append(printable(line)));
    }

    static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** Foreign text without what would move a terminal's cursor. */
    static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            shown.append(Character.isISOControl(c) || (c >= 0xdc80 && c <= 0xdcff && lone(text, i)) ? '?' : c);
        }
        return shown.toString();
    }

    private static boolean lone(String text, int i) {
        return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }
}
