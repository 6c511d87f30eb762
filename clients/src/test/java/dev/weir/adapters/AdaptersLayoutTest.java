package dev.weir.adapters;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Each adapter needs its own library and no other's. */
@AnalyzeClasses(packages = "dev.weir.adapters", importOptions = ImportOption.DoNotIncludeTests.class)
class AdaptersLayoutTest {

    @ArchTest
    static final ArchRule onlyTheAkkaAdapterKnowsAkka = onlyKnows("akka", "akka..", "scala..");

    @ArchTest
    static final ArchRule onlyTheLangchainAdapterKnowsLangchain = onlyKnows("langchain4j", "dev.langchain4j..");

    @ArchTest
    static final ArchRule onlyTheSpringAdapterKnowsSpring =
            onlyKnows("spring", "org.springframework..", "reactor..", "org.reactivestreams..");

    @ArchTest
    static final ArchRule adaptersKnowNoServer = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.weir.engine..", "dev.weir.models..")
            .because("a client must not carry a server");

    private static ArchRule onlyKnows(String adapter, String... libraries) {
        return noClasses()
                .that()
                .resideOutsideOfPackage("dev.weir.adapters." + adapter)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries)
                .because("who uses one adapter brings one library");
    }
}
