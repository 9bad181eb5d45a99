package dev.cutoff.abi.wheel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.abi.fingerprint.Sample;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each rule by which a wheel serves another, and what breaks it. */
class ServingTest {

    private static final String TABLE = "capsule numpy._ARRAY_API";
    private static final String ABI = "constant NPY_ABI_VERSION";
    private static final String FEATURE = "constant NPY_FEATURE_VERSION";
    private static final String API = "constant NPY_API_VERSION";

    private static ModuleNeeds module(Map<String, List<String>> imports, Map<String, String> uses) {
        SortedMap<String, SortedSet<String>> names = new TreeMap<>();
        imports.forEach((soname, symbols) -> names.put(soname, new TreeSet<>(symbols)));
        return new ModuleNeeds(
                true,
                names,
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>(),
                null,
                Collections.unmodifiableSortedMap(new TreeMap<>(uses)));
    }

    private static Wheel wheel(Map<String, String> libraries, Map<String, String> capi) {
        SortedMap<String, LinkFace> faces = new TreeMap<>();
        libraries.forEach(
                (soname, offers) -> faces.put("p/" + soname, new LinkFace(false, Sample.library(soname, offers))));
        Identity identity = new Identity(
                "p",
                "1",
                "",
                new TreeSet<>(List.of("py3-none-any")),
                false,
                List.of(),
                "",
                new TreeSet<>(List.of("p")));
        return new Wheel(
                identity, new TreeMap<>(), new TreeMap<>(), faces, new TreeMap<>(), new TreeMap<>(capi), List.of());
    }

    private static Wheel library(String offers) {
        return wheel(Map.of("libp.so.1", offers), Map.of());
    }

    private static Wheel offering(String... keysAndValues) {
        Map<String, String> capi = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            capi.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return wheel(Map.of(), capi);
    }

    private static void serves(ModuleNeeds consumer, @Nullable Wheel old, Wheel now) {
        assertThat(Serving.check(consumer, old, now)).isEmpty();
    }

    private static void lacks(ModuleNeeds consumer, @Nullable Wheel old, Wheel now, String sentence) {
        assertThat(Serving.check(consumer, old, now))
                .anySatisfy(text -> assertThat(text).contains(sentence));
    }

    // Links

    private final ModuleNeeds linked = module(Map.of("libp.so.1", List.of("f@V1"), "", List.of("g")), Map.of());

    @Test
    void symbolsThatALinkAsksForMustBeThere() {
        Wheel old = library("f@V1 g h");
        serves(linked, old, old);
        serves(linked, old, library("f@V1 g i"));
        lacks(linked, old, library("f@V2 g h"), "f@V1 is not in libp.so.1");
        lacks(linked, old, library("f@V1 h"), "g is in none of its libraries any more");
        lacks(linked, old, library("f@V1 g:8 h"), "g is data now");
        lacks(linked, old, library("f@V1:8 g h"), "f@V1 is data now");
        lacks(linked, old, wheel(Map.of("libp.so.2", "f@V1 g h"), Map.of()), "libp.so.1 is not there any more");
    }

    @Test
    void aLibraryThatNobodyKnewLeavesLooseSymbolsOpen() {
        lacks(linked, null, library("f@V1"), "unknown: whether g was asked of one of its libraries");
        serves(linked, null, library("f@V1 g"));
    }

    /** Such as those of torch, whose extensions rely on its libraries being loaded. */
    @Test
    void looseSymbolsCountWithoutALink() {
        ModuleNeeds loose = module(Map.of("libc.so.6", List.of("puts@GLIBC_2.2.5"), "", List.of("g")), Map.of());
        serves(loose, library("g h"), library("g"));
        lacks(loose, library("g h"), library("h"), "g is in none of its libraries any more");
        lacks(loose, library("g"), library("g:4"), "g is data now");
        lacks(loose, null, library("h"), "unknown: whether g was asked of one of its libraries");
        ModuleNeeds another = module(Map.of("libz.so.1", List.of(), "", List.of("deflate")), Map.of());
        serves(another, null, library("h"));
        serves(loose, null, offering());
    }

    @Test
    void weakSymbolsMayBeMissing() {
        ModuleNeeds weak = new ModuleNeeds(
                true,
                new TreeMap<>(Map.of("libp.so.1", new TreeSet<>(List.of("f")), "", new TreeSet<>(List.of("g")))),
                new TreeSet<>(),
                new TreeSet<>(List.of("f", "g")),
                new TreeSet<>(),
                null,
                new TreeMap<>());
        serves(weak, library("f g"), library("h"));
    }

    @Test
    void whatAWheelBringsAlongItAsksNobodyFor() {
        ModuleNeeds own = new ModuleNeeds(
                true,
                new TreeMap<>(Map.of("libp.so.1", new TreeSet<>(List.of("f")))),
                new TreeSet<>(List.of("libp.so.1")),
                new TreeSet<>(),
                new TreeSet<>(),
                null,
                new TreeMap<>());
        serves(own, library("f"), library("g"));
    }

    // Tables

    @Test
    void slotsThatAreUsedMustBeWhatTheyWere() {
        Wheel old = offering(TABLE, "table", TABLE + " slot 2", "PyArray_Type T", TABLE + " slot 45", "F void (int)");
        ModuleNeeds some = module(Map.of(), Map.of(TABLE, "45"));
        ModuleNeeds any = module(Map.of(), Map.of(TABLE, "?"));
        serves(any, old, old);
        Wheel appended = offering(
                TABLE,
                "table",
                TABLE + " slot 2",
                "PyArray_Type T",
                TABLE + " slot 45",
                "F void (int)",
                TABLE + " slot 46",
                "G");
        serves(any, old, appended);
        Wheel gone = offering(TABLE, "table", TABLE + " slot 2", "NULL", TABLE + " slot 45", "F void (int)");
        serves(some, old, gone);
        lacks(any, old, gone, TABLE + " slot 2: PyArray_Type T -> NULL");
        Wheel other = offering(TABLE, "table", TABLE + " slot 2", "PyArray_Type T", TABLE + " slot 45", "H void (int)");
        lacks(some, old, other, "slot 45: F void (int) -> H void (int)");
        Wheel retyped =
                offering(TABLE, "table", TABLE + " slot 2", "PyArray_Type T", TABLE + " slot 45", "F void (long)");
        lacks(some, old, retyped, "unknown: " + TABLE + " slot 45");
        lacks(some, old, offering(), "is not offered any more");
        lacks(some, null, old, "unknown: what it uses of " + TABLE);
    }

    @Test
    void aPromiseHoldsOnlyWhileItsVersionsDo() {
        ModuleNeeds consumer = module(Map.of(), Map.of(TABLE, "?", ABI, "0x02000000", FEATURE, "1.23"));
        Wheel now = offering(TABLE, "table", ABI, "0x02000000", API, "0x13", "constant NPY_1_23_API_VERSION", "0x10");
        serves(consumer, null, now);
        Wheel next = offering(TABLE, "table", ABI, "0x03000000", API, "0x20", "constant NPY_1_23_API_VERSION", "0x10");
        lacks(consumer, null, next, "it was compiled for " + ABI + " 0x02000000, and 0x03000000 is offered");
        lacks(consumer, now, next, "it was compiled for " + ABI);
        lacks(consumer, now, offering(TABLE, "table"), "none is offered");
    }

    @Test
    void aBakedFeatureVersionMayBeAtMostTheProvidedOne() {
        ModuleNeeds consumer = module(Map.of(), Map.of(FEATURE, "2.1"));
        Wheel newer = offering(API, "0x13", "constant NPY_2_1_API_VERSION", "0x13");
        Wheel older = offering(API, "0x12", "constant NPY_2_0_API_VERSION", "0x12");
        serves(consumer, newer, newer);
        lacks(consumer, newer, older, FEATURE + " 2.1 was compiled in, and " + API + " is 0x12");
        lacks(consumer, null, older, "unknown: whether");
        ModuleNeeds hidden = module(Map.of(), Map.of(FEATURE, "?"));
        serves(hidden, older, newer);
        lacks(hidden, newer, older, "unknown: ");
    }

    @Test
    void typesAreSharedInOneDomain() {
        String domain = "domain pybind11-internals";
        ModuleNeeds consumer = module(Map.of(), Map.of(domain, "v4_gcc"));
        serves(consumer, offering(domain, "v4_gcc"), offering(domain, "v4_gcc | v5_gcc"));
        lacks(consumer, offering(domain, "v4_gcc"), offering(domain, "v5_gcc"), "it shares types as v4_gcc");
        lacks(consumer, offering(domain, "v4_gcc"), offering(), "and the provider as none");
        // It shared none with it before either.
        serves(consumer, offering(domain, "v3_gcc"), offering(domain, "v5_gcc"));
    }

    @Test
    void whatCythonAsksForByNameCounts() {
        ModuleNeeds consumer = module(Map.of(), Map.of("name p.sub", ""));
        Wheel old = offering("cython p/sub.pxd", "aa", "capsule p.sub.__pyx_capi__", "2 signatures aa");
        serves(consumer, old, old);
        lacks(
                consumer,
                old,
                offering("cython p/sub.pxd", "bb", "capsule p.sub.__pyx_capi__", "2 signatures aa"),
                "unknown: cython p/sub.pxd: aa -> bb");
        lacks(consumer, old, offering("cython p/sub.pxd", "aa"), "is not offered any more");
        lacks(consumer, null, old, "unknown: what it uses of cython p/sub.pxd");
        ModuleNeeds stranger = module(Map.of(), Map.of("name q.sub", ""));
        serves(stranger, old, offering());
    }
}
