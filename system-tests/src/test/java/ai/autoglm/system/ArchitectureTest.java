package ai.autoglm.system;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The rules that hold the layout of all modules. Source: STYLE.md.
final class ArchitectureTest {
    private static final List<String> MODULES = List.of(
            "model-toolkit",
            "engine-tensorrt",
            "proto",
            "backend-runtime",
            "vision-encoder-service",
            "audio-encoder-service",
            "decoder-service",
            "gateway-service",
            "benchmarks");

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .importPaths(MODULES.stream().map(ArchitectureTest::classFolder).toList());

    @Test
    void everyModuleIsChecked() {
        assertThat(MODULES).allSatisfy(module -> assertThat(classFolder(module)).isNotEmptyDirectory());
    }

    @Test
    void toolkitKnowsNeitherFrameworkNorWire() {
        check(noClasses()
                .that()
                .resideInAPackage("ai.autoglm.toolkit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..", "io.grpc..", "io.vertx..", "io.smallrye..", "jakarta..", "ai.autoglm.proto.."));
    }

    @Test
    void arrowsPointFromServicesToProtoToToolkit() {
        check(noClasses()
                .that()
                .resideInAnyPackage("ai.autoglm.proto..", "ai.autoglm.backend..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "ai.autoglm.gateway..", "ai.autoglm.decoder..", "ai.autoglm.vision..", "ai.autoglm.audio.."));
        check(noClasses()
                .that()
                .resideInAnyPackage("ai.autoglm.proto..", "ai.autoglm.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.autoglm.backend.."));
        check(noClasses()
                .that()
                .resideInAPackage("ai.autoglm.proto..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "io.smallrye..", "jakarta.."));
        check(slices().matching("ai.autoglm.(gateway|decoder|vision|audio)..")
                .should()
                .notDependOnEachOther());
    }

    @Test
    void stagesDependOnEachOtherWithoutCycles() {
        for (String module :
                List.of("toolkit", "tensorrt", "proto", "backend", "vision", "audio", "decoder", "gateway")) {
            check(slices().matching("ai.autoglm." + module + ".(*)..").should().beFreeOfCycles());
        }
    }

    @Test
    void wireMessagesStayWhereCallsAreMade() {
        check(classes()
                .that(resideInAPackage("ai.autoglm.proto.v1.."))
                .should()
                .onlyBeAccessed()
                .byAnyPackage(
                        "ai.autoglm.proto..",
                        "ai.autoglm.backend..",
                        "ai.autoglm.*.grpc..",
                        "ai.autoglm.gateway.backend..",
                        "ai.autoglm.gateway.encode..",
                        "ai.autoglm.gateway.decode.."));
    }

    @Test
    void cudaAndTensorRtAreCalledInOnePlace() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("ai.autoglm.tensorrt.javacpp..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.."));
        check(noClasses()
                .that()
                .resideOutsideOfPackages("ai.autoglm.tensorrt..", "ai.autoglm.benchmarks..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.autoglm.tensorrt.."));
    }

    @Test
    void packagesAreStagesNotLayers() {
        check(noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..config..", "..domain..", "..dto..", "..impl.."));
    }

    @Test
    void namesSayWhatAClassDoes() {
        check(noClasses()
                .that(not(resideInAPackage("ai.autoglm.proto.v1..")))
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl"));
    }

    @Test
    void logicIsPlainBlockingJava() {
        check(noClasses()
                .that(not(resideInAPackage("ai.autoglm.proto.v1..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.smallrye.mutiny.."));
    }

    @Test
    void jsonIsReadAndWrittenWhereAContractIs() {
        check(noClasses()
                .that()
                .resideInAPackage("ai.autoglm.gateway..")
                .and()
                .resideOutsideOfPackages(
                        "ai.autoglm.gateway.openai..",
                        "ai.autoglm.gateway.prompt..",
                        "ai.autoglm.gateway.completions..",
                        "ai.autoglm.gateway.responses..",
                        "ai.autoglm.gateway.transcription..",
                        "ai.autoglm.gateway.tokenize..",
                        "ai.autoglm.gateway.openapi..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson.."));
    }

    @Test
    void onlyTheOnnxRuntimeAdapterKnowsOnnxRuntime() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("ai.autoglm.toolkit.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime.."));
    }

    private static void check(ArchRule rule) {
        rule.check(PRODUCT);
    }

    private static Path classFolder(String module) {
        return Repository.ROOT.resolve(module).resolve("target").resolve("classes");
    }
}
