package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is built for CPUs has no library of CUDA's or TensorRT's in it, nor the bindings' own.
final class CpuInstallationTest {
    @ParameterizedTest
    @EnumSource(Service.class)
    void holdsNoLibraryOfCuda(Service service) throws IOException {
        Path application = Repository.ROOT.resolve(service.label() + "-service/target/quarkus-app");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(application)) {
            files = walk.filter(Files::isRegularFile).toList();
        }

        assertThat(files).isNotEmpty();
        for (Path file : files) {
            assertThat(isForGpus(file.getFileName().toString())).as("%s", file).isFalse();
            if (file.toString().endsWith(".jar")) {
                assertThat(entries(file)).as("%s", file).noneMatch(CpuInstallationTest::isForGpus);
            }
        }
    }

    private static List<String> entries(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .map(entry -> entry.getName().substring(entry.getName().lastIndexOf('/') + 1))
                    .toList();
        }
    }

    private static boolean isForGpus(String name) {
        return name.matches("lib(jni)?(cu|nv|cudnn|nccl)[a-z_]*\\.so.*");
    }
}
