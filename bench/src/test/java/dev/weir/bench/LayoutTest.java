package dev.weir.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.weir.bench", importOptions = ImportOption.DoNotIncludeTests.class)
class LayoutTest {

    @ArchTest
    static final ArchRule theClientKnowsOnlyTheWire = noClasses()
            .that()
            .resideInAPackage("..bench.load..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..bench.server..", "..bench.report..", "dev.weir.engine..", "dev.weir.models..")
            .because("a client that shares code with the server would share its faults, and must load any server");

    @ArchTest
    static final ArchRule theInstrumentsKnowNoClient = noClasses()
            .that()
            .resideInAPackage("..bench.server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..bench.load..", "..bench.report..", "dev.weir.engine..")
            .because("what a process costs is read from outside of it, whoever loads it");
}
