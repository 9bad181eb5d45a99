package dev.cutoff.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cutoff.model.FactKind;
import dev.cutoff.model.Unit.SystemEvidence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rows of docs/evidence.md, each with a case in which its condition does not hold. */
class SystemRulesTest {

    private static final HostFiles HOST = new HostFiles(dev.cutoff.store.Blobs::hash);

    private static dev.cutoff.model.Unit.Options options(SystemEvidence system) {
        var usual = dev.cutoff.model.Unit.Options.DEFAULT;
        return new dev.cutoff.model.Unit.Options(
                usual.policy(), usual.trust(), usual.keepTree(), usual.network(), usual.git(), system);
    }

    private static List<String> facts(
            boolean sandboxed, SystemEvidence system, String program, String path, String... environment) {
        List<String> facts = new ArrayList<>();
        ObservedStep step = new ObservedStep(0, -1, 0, List.of(program), "/", List.of(environment), 0, new Accesses());
        new SystemRules(sandboxed, options(system), HOST)
                .facts(
                        step,
                        new Access(Access.Kind.READ, path),
                        FactKind.BYTES,
                        (k, e) -> facts.add(k.word() + " " + e));
        return facts;
    }

    private static List<String> facts(String program, String path, String... environment) {
        return facts(true, SystemEvidence.CONTENT, program, path, environment);
    }

    @Test
    void mostFilesCountByContent() {
        assertThat(facts("sh", "/usr/include/stdio.h")).containsExactly("bytes /usr/include/stdio.h");
        assertThat(facts("sh", "/etc/hosts")).containsExactly("bytes /etc/hosts");
        assertThat(facts("sh", "/procedure/x")).containsExactly("bytes /procedure/x");
    }

    @Test
    void theLoadersCacheCountsWholeForLdconfigAlone() {
        assertThat(facts("cc", "/etc/ld.so.cache")).isEmpty();
        assertThat(facts("/sbin/ldconfig", "/etc/ld.so.cache")).containsExactly("bytes /etc/ld.so.cache");
    }

    @Test
    void theSandboxsOwnFilesAreNoFacts() {
        for (String path : new String[] {"/etc/passwd", "/etc/group", "/run/x"}) {
            assertThat(facts("id", path)).as(path).isEmpty();
            assertThat(facts(false, SystemEvidence.CONTENT, "id", path))
                    .as(path + " unconfined")
                    .containsExactly("bytes " + path);
        }
    }

    @Test
    void devices() {
        assertThat(facts("sh", "/dev/nvidia0")).isEmpty();
        assertThat(facts(false, SystemEvidence.CONTENT, "sh", "/dev/nvidia0")).containsExactly("exists /dev/nvidia0");
        assertThat(facts(false, SystemEvidence.CONTENT, "sh", "/dev/null")).isEmpty();
    }

    @Test
    void processorKernelAndLoad() {
        assertThat(facts("configure", "/proc/cpuinfo")).containsExactly("cpu cpu");
        assertThat(facts("configure", "/proc/version")).containsExactly("kernel kernel");
        assertThat(facts("make", "/proc/loadavg")).isEmpty();
        assertThat(facts("make", "/sys/devices/system/cpu/online")).isEmpty();
        assertThat(facts("make", "/sys/devices/system/cpu/cpu0/cache/index0/size"))
                .containsExactly("cpu cpu");
        assertThat(facts("sh", "/proc/self/maps")).isEmpty();
        assertThat(facts("sh", "/proc/1234/maps")).isEmpty();
        assertThat(facts("sh", "/proc/config.gz")).containsExactly("bytes /proc/config.gz");
        assertThat(facts("sh", "/sys/class/drm/card0/x")).containsExactly("bytes /sys/class/drm/card0/x");
    }

    @Test
    void packagesStandForPlainToolsAlone() {
        dev.cutoff.testing.Skips.unless(
                java.nio.file.Files.exists(java.nio.file.Path.of("/var/lib/dpkg/status")), "no dpkg");
        assertThat(facts(true, SystemEvidence.PACKAGE, "make", "/usr/bin/env")).containsExactly("package /usr/bin/env");
        assertThat(facts(true, SystemEvidence.PACKAGE, "cc1", "/usr/bin/env")).containsExactly("bytes /usr/bin/env");
        assertThat(facts(true, SystemEvidence.PACKAGE, "make", "/no/package")).containsExactly("bytes /no/package");
        assertThat(facts(true, SystemEvidence.IMAGE, "make", "/no/package")).containsExactly("bytes /no/package");
        assertThat(facts(true, SystemEvidence.IMAGE, "make", "/usr/bin/env")).containsExactly("image image");
    }

    @Test
    void codeForTheProcessorAtHand() {
        assertThat(SystemRules.isNative(List.of("cc", "-march=native"))).isTrue();
        assertThat(SystemRules.isNative(List.of("rustc", "-Ctarget-cpu=native")))
                .isTrue();
        assertThat(SystemRules.isNative(List.of("cc", "-march=x86-64"))).isFalse();
    }
}
