package dev.cutoff.abi.wheel;

import dev.cutoff.abi.fingerprint.Canon;
import dev.cutoff.abi.fingerprint.Distribution;
import dev.cutoff.model.Digest;
import java.util.List;
import java.util.SortedMap;

/**
 * The fingerprint of a wheel, in facets. Two builds of one wheel give the same, wherever they were built: times, RECORD,
 * INSTALLER, the generator line of WHEEL, SBOMs, run paths, build ids and debug sections are in none of them.
 *
 * @param identity what it says it is
 * @param build the build interface, by path: headers, {@code .pxd}, {@code .pxi}, sources, {@code .pc}, {@code .cmake},
 *     static archives and objects, with the digest of what counts of each: tokens of a header, bytes of the others
 * @param tools all other content that can be run, imported or read in a build, by path: {@code .py}, modules (their code and
 *     data), entry points, data
 * @param libraries real shared libraries, by path
 * @param modules what extension modules and libraries ask of others, by path
 * @param capi what is offered without a link, sorted by key: {@code capsule numpy._core._multiarray_umath._ARRAY_API slot 45}
 *     -> {@code PyArray_DescrFromType}; {@code constant NPY_ABI_VERSION} -> {@code 0x2000000}; {@code domain pybind11-internals} ->
 *     {@code v11_system_libstdcpp_gxx_abi_1xxx_use_cxx11_abi_1}; {@code flag _GLIBCXX_USE_CXX11_ABI} -> {@code 1}
 * @param gaps what could not be read
 */
public record Wheel(
        Identity identity,
        SortedMap<String, Digest> build,
        SortedMap<String, Digest> tools,
        SortedMap<String, LinkFace> libraries,
        SortedMap<String, ModuleNeeds> modules,
        SortedMap<String, String> capi,
        List<Gap> gaps)
        implements Distribution {

    /** A part of the fingerprint that can be known or not. */
    public enum Facet {
        BUILD,
        TOOLS,
        LIBRARIES,
        MODULES,
        CAPI
    }

    /**
     * Something that could not be read. The facet is unknown: it is to be taken as equal to no other.
     *
     * @param file the path in the wheel
     * @param why in words, without the file
     */
    public record Gap(Facet facet, String file, String why) {}

    /** Whether all of a facet could be read. */
    public boolean knows(Facet facet) {
        return gaps.stream().noneMatch(gap -> gap.facet() == facet);
    }

    @Override
    public String kind() {
        return "wheel";
    }

    @Override
    public String evidence() {
        return "facets";
    }

    /**
     * All that a build can see of it: over the build interface, the tools and the metadata. Equal for two builds of one
     * wheel; with a gap in one of these facets equal is not the same.
     */
    public Digest content() {
        Canon canon = new Canon("wheel content");
        writeIdentity(canon);
        build.forEach((path, digest) ->
                canon.word("build").word(path).word(digest.hex()).end());
        tools.forEach((path, digest) ->
                canon.word("tool").word(path).word(digest.hex()).end());
        writeGaps(canon, Facet.BUILD, Facet.TOOLS);
        return canon.digest();
    }

    /**
     * What binaries that were built against it rest on: its libraries, what it offers without a link, and what of it was
     * copied into them (archives, objects). Sonames with a hash of auditwheel's do not count.
     */
    public Digest abi() {
        Canon canon = new Canon("wheel abi");
        libraries.forEach((path, face) -> {
            if (!face.hashed()) {
                canon.word("library").word(face.name(path));
                canon.word(face.binary().digest().hex());
                canon.word(face.binary().types().digest().hex()).end();
            }
        });
        capi.forEach((key, value) -> canon.word("capi").word(key).word(value).end());
        build.forEach((path, digest) -> {
            if (WheelReader.isCopied(path)) {
                canon.word("copied").word(path).word(digest.hex()).end();
            }
        });
        writeGaps(canon, Facet.LIBRARIES, Facet.CAPI);
        return canon.digest();
    }

    /** Over all that the fingerprint holds. */
    @Override
    public Digest digest() {
        Canon canon = new Canon(kind());
        canon.line("content", content().hex());
        canon.line("abi", abi().hex());
        canon.line("build tag", identity.build());
        libraries.forEach((path, face) -> canon.word("library")
                .word(path)
                .word(face.hashed())
                .word(face.binary().digest().hex())
                .word(face.binary().types().digest().hex())
                .end());
        modules.forEach((path, needs) ->
                canon.word("module").word(path).word(needs.digest().hex()).end());
        writeGaps(canon, Facet.values());
        return canon.digest();
    }

    private void writeIdentity(Canon canon) {
        canon.line("name", identity.name());
        canon.line("version", identity.version());
        canon.line("tags", identity.tags());
        canon.word("purelib").word(identity.purelib()).end();
        canon.line("requires", identity.requiresDist());
        canon.line("python", identity.requiresPython());
        canon.line("imports", identity.importNames());
    }

    private void writeGaps(Canon canon, Facet... facets) {
        for (Gap gap : gaps) {
            if (List.of(facets).contains(gap.facet())) {
                canon.word("gap")
                        .word(gap.facet().name())
                        .word(gap.file())
                        .word(gap.why())
                        .end();
            }
        }
    }
}
