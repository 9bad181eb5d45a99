package dev.cutoff;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

/** The directions between packages; ARCHITECTURE.md draws them. */
@AnalyzeClasses(packages = "dev.cutoff", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    void nothingPointsBack(JavaClasses all) {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("cli")
                .definedBy("dev.cutoff.cli..")
                .layer("frontend")
                .definedBy("dev.cutoff.frontend..")
                .layer("report")
                .definedBy("dev.cutoff.report..")
                .layer("build")
                .definedBy("dev.cutoff.build..")
                .layer("stage")
                .definedBy("dev.cutoff.stage..")
                .layer("observe")
                .definedBy("dev.cutoff.observe..")
                .layer("store")
                .definedBy("dev.cutoff.store..")
                .layer("tool")
                .definedBy("dev.cutoff.tool..")
                .layer("abi")
                .definedBy("dev.cutoff.abi..")
                .layer("decide")
                .definedBy("dev.cutoff.decide..")
                .layer("model")
                .definedBy("dev.cutoff.model..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("frontend")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("build")
                .mayOnlyBeAccessedByLayers("cli", "frontend", "report")
                .whereLayer("stage")
                .mayOnlyBeAccessedByLayers("cli", "frontend", "report", "build")
                .whereLayer("observe")
                .mayOnlyBeAccessedByLayers("build")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("cli", "report", "build", "stage")
                .whereLayer("tool")
                .mayOnlyBeAccessedByLayers("build", "observe")
                .whereLayer("abi")
                .mayOnlyBeAccessedByLayers("cli", "frontend", "report", "build", "observe")
                .check(all);
    }

    /** Bytes to types to fingerprints to differences: each knows only what comes before it. */
    @ArchTest
    void typesGoOneWay(JavaClasses all) {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("diff")
                .definedBy("dev.cutoff.abi.diff..")
                .layer("fingerprint")
                .definedBy("dev.cutoff.abi.fingerprint..")
                .layer("dwarf")
                .definedBy("dev.cutoff.abi.dwarf..")
                .layer("type")
                .definedBy("dev.cutoff.abi.type..")
                .layer("elf")
                .definedBy("dev.cutoff.abi.elf..")
                .whereLayer("dwarf")
                .mayOnlyBeAccessedByLayers("fingerprint")
                .whereLayer("type")
                .mayOnlyBeAccessedByLayers("dwarf", "fingerprint", "diff")
                .whereLayer("elf")
                .mayOnlyBeAccessedByLayers("dwarf", "fingerprint", "diff")
                .check(all);
    }

    @ArchTest
    void packagesFormNoCycles(JavaClasses all) {
        slices().matching("dev.cutoff.(*)..").should().beFreeOfCycles().check(all);
    }

    @ArchTest
    void onlyTheStoreKnowsSql(JavaClasses all) {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.cutoff.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.sqlite..")
                .check(all);
    }

    @ArchTest
    void onlyTheCommandLineKnowsPicocli(JavaClasses all) {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.cutoff.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(all);
    }

    @ArchTest
    void decisionsTouchNoFileNoClockAndNoProcess(JavaClasses all) {
        noClasses()
                .that()
                .resideInAnyPackage("dev.cutoff.decide..", "dev.cutoff.model..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.nio\\.file\\.(Files|Path|Paths)|java\\.io\\.File.*|java\\.lang\\.Process.*|java\\.time\\.Clock")
                .check(all);
    }

    @ArchTest
    void onlyMainEndsTheProcess(JavaClasses all) {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.cutoff.cli.Main")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "exit", int.class)
                .check(all);
    }

    @ArchTest
    void everyPackageSaysWhatItIs(JavaClasses all) {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith("org.jspecify.annotations.NullMarked")
                .check(all);
    }
}
