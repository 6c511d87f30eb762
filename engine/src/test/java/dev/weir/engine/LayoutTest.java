package dev.weir.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The folders are the line a delta walks; imports point one way along it. */
@AnalyzeClasses(packages = "dev.weir", importOptions = ImportOption.DoNotIncludeTests.class)
class LayoutTest {

    @ArchTest
    static final ArchRule expertsKnowOnlyTheirModel = noClasses()
            .that()
            .resideInAPackage("..engine.expert..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..engine.gateway..", "..engine.stream..", "..engine.batching..", "..engine.ensemble..")
            .because("the actor that answers owns the reply type, so imports end at the expert");

    @ArchTest
    static final ArchRule batchingKnowsOnlyExperts = noClasses()
            .that()
            .resideInAPackage("..engine.batching..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..engine.gateway..", "..engine.stream..", "..engine.ensemble..")
            .because("a batch is rows for one expert, whoever sent them");

    @ArchTest
    static final ArchRule overloadKnowsNoneWhoAreLoaded = noClasses()
            .that()
            .resideInAPackage("..engine.overload..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.netty..",
                    "..engine.gateway..",
                    "..engine.stream..",
                    "..engine.batching..",
                    "..engine.ensemble..",
                    "..engine.expert..")
            .because("queues tell it how long they are and ask it what to do, whatever waits in them");

    @ArchTest
    static final ArchRule streamsDoNotKnowSockets = noClasses()
            .that()
            .resideInAPackage("..engine.stream..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..engine.gateway..", "io.netty..")
            .because("a stream has a listener, and a command line can be one as well as a connection");

    @ArchTest
    static final ArchRule decisionsArePlain = noClasses()
            .that()
            .resideInAPackage("..engine.decision..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "akka..",
                    "io.netty..",
                    "ai.onnxruntime..",
                    "java.time..",
                    "..engine.gateway..",
                    "..engine.stream..",
                    "..engine.batching..",
                    "..engine.expert..",
                    "..engine.ensemble..",
                    "..engine.ledger..")
            .because("a decision is a pure function of votes and policy, and replay must be able to take it again");

    @ArchTest
    static final ArchRule onlyTheLedgerKnowsDatabases = noClasses()
            .that()
            .resideOutsideOfPackage("..engine.ledger..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.sqlite..", "org.postgresql..")
            .because("others hand over what is to be kept, and never wait for it");

    @ArchTest
    static final ArchRule onlyTelemetryKnowsCollectors = noClasses()
            .that()
            .resideOutsideOfPackage("..engine.telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.opentelemetry..", "ch.qos.logback..")
            .because("what is told of a stream is decided in one place, where it is seen that no text goes along");

    @ArchTest
    static final ArchRule mathematicsHasNoActors = noClasses()
            .that()
            .haveSimpleName("Mixture")
            .or()
            .haveSimpleName("TokenVotes")
            .or()
            .haveSimpleName("Weights")
            .or()
            .haveSimpleName("TextCursor")
            .or()
            .haveSimpleName("CascadeSettings")
            .or()
            .haveSimpleName("Overload")
            .or()
            .haveSimpleName("QueueLoad")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("akka..", "io.netty..", "ai.onnxruntime..")
            .because("most of the thinking is there, and it is tested without starting anything");

    @ArchTest
    static final ArchRule tracesNeedNoEngine = noClasses()
            .that()
            .resideInAPackage("..engine.trace..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "akka..",
                    "io.netty..",
                    "ai.onnxruntime..",
                    "..engine.gateway..",
                    "..engine.stream..",
                    "..engine.batching..",
                    "..engine.expert..")
            .because("a recorded stream is decided again where no model and no server runs");

    @ArchTest
    static final ArchRule learningIsPlain = noClasses()
            .that()
            .resideInAPackage("..engine.learning..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "akka..",
                    "io.netty..",
                    "java.time..",
                    "..engine.gateway..",
                    "..engine.stream..",
                    "..engine.batching..",
                    "..engine.expert..")
            .because("what was learned must be rebuilt from the ledger, label by label and bit for bit");

    @ArchTest
    static final ArchRule onlyModelsTouchesTheRuntime = noClasses()
            .that()
            .resideOutsideOfPackage("dev.weir.models..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..")
            .because("native tensors have one owner, and another runtime may take its place");

    @ArchTest
    static final ArchRule onlyTheServerIsWarmedUp = noClasses()
            .that()
            .resideInAPackage("dev.weir.engine.(**)")
            .and()
            .resideOutsideOfPackages("..engine.warmup..", "..engine.cli..")
            .and()
            .haveSimpleNameNotStartingWith("Engine")
            .and()
            .haveSimpleNameNotStartingWith("Server")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..engine.warmup..")
            .because("the line must not know whether it is rehearsed");

    @ArchTest
    static final ArchRule onlyTheServerIsExamined = noClasses()
            .that()
            .resideInAPackage("dev.weir.engine.(**)")
            .and()
            .resideOutsideOfPackages("..engine.doctor..", "..engine.cli..")
            .and()
            .haveSimpleNameNotStartingWith("Server")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..engine.doctor..")
            .because("what is examined must not know by whom: a canary takes the way that every text takes");

    @ArchTest
    static final ArchRule wireAndModelsAreStrangers = noClasses()
            .that()
            .resideInAPackage("dev.weir.protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.weir.models..", "dev.weir.engine..")
            .because("a client must not carry a server");

    @ArchTest
    static final ArchRule theWireIsLight = noClasses()
            .that()
            .resideInAPackage("dev.weir.protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "com.google.protobuf..")
            .because("a client carries what it is given: the server brings its sockets, and tests bring protobuf");

    @ArchTest
    static final ArchRule modelsKnowNoServer = noClasses()
            .that()
            .resideInAPackage("dev.weir.models..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.weir.protocol..", "dev.weir.engine..", "akka..", "io.netty..")
            .because("what scores text can be used without a socket or an actor");

    @ArchTest
    static final ArchRule accessIsPlain = noClasses()
            .that()
            .resideInAPackage("..engine.access..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("akka..", "io.netty..", "..engine.stream..", "..engine.gateway..", "..engine.ledger..")
            .because("who may do what is asked on every door, and is answered the same whichever it is");

    @ArchTest
    static final ArchRule watchingIsPlain = noClasses()
            .that()
            .resideInAPackage("..engine.live..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("akka..", "io.netty..", "java.sql..", "..engine.stream..", "..engine.gateway..")
            .because("a stream says how it goes for every token, and must not wait for whoever watches");

    @ArchTest
    static final ArchRule nothingNeedsOperators = noClasses()
            .that()
            .resideOutsideOfPackages("..engine.admin..", "dev.weir.engine")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..engine.admin..")
            .because("the engine decides the same whether anybody looks at it");

    @ArchTest
    static final ArchRule httpKnowsNothingItServes = noClasses()
            .that()
            .resideInAPackage("..engine.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..engine.gateway..", "..engine.stream..", "..engine.ledger..")
            .because("every request of a port comes through one router, whatever is behind it");

    @ArchTest
    static final ArchRule onlyTheWiringKnowsTheRelay = noClasses()
            .that()
            .resideInAPackage("dev.weir.engine.*..")
            .and()
            .resideOutsideOfPackage("..engine.relay..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..engine.relay..")
            .because("it is one more door, and the house stands without it");

    @ArchTest
    static final ArchRule theRelayIsAClientOfStreams = noClasses()
            .that()
            .resideInAPackage("..engine.relay..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..engine.gateway..", "..engine.ledger..", "..engine.ensemble..", "..engine.batching..")
            .because("a relayed reply is moderated as any other text is");

    @ArchTest
    static final ArchRule noCycles = slices().matching("dev.weir.engine.(*)..")
            .should()
            .beFreeOfCycles()
            .because("a reader follows a delta through the folders in one direction");

    @ArchTest
    static final ArchRule settingsAreRecords = classes()
            .that()
            .haveSimpleNameEndingWith("Settings")
            .should()
            .beRecords()
            .because("settings are read once, checked together and never change");
}
