package ai.autoglm.tensorrt.javacpp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/gpu.md lists every call of CUDA and TensorRT with its contract. The compiled classes say which there are.
final class DocumentedCallsTest {
    private static final Path DOCUMENT =
            Path.of(System.getProperty("autoglm.root")).resolve("docs/gpu.md");
    private static final String PACKAGE = "ai/autoglm/tensorrt/javacpp/";

    /// Structures and constants of the bindings, not calls of the libraries.
    private static final Set<String> PLAIN_DATA = Set.of(
            "org/bytedeco/tensorrt/nvinfer/Dims64",
            "org/bytedeco/cuda/cudart/cudaDeviceProp",
            "org/bytedeco/tensorrt/global/nvinfer$");

    /// What enumerations and pointers of Java have besides.
    private static final Set<String> PLAIN_JAVA = Set.of("<init>", "intern", "isNull", "ordinal", "values");

    private static final Pattern NAME = Pattern.compile("`(?:\\w+::)?(\\w+)[^`]*`");

    @Test
    void theTablesNameEachCallAndNothingElse() throws IOException {
        Set<String> calls = new TreeSet<>();
        for (ClassModel compiled : compiledClasses()) {
            libraryCalls(compiled).forEach(calls::add);
            driverCalls(compiled).forEach(calls::add);
        }
        assertThat(calls).hasSizeGreaterThan(50);
        assertThat(documentedCalls()).isEqualTo(calls);
    }

    private static List<ClassModel> compiledClasses() throws IOException {
        try (Stream<Path> files = Files.walk(classes())) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .map(DocumentedCallsTest::parse)
                    .toList();
        }
    }

    private static Path classes() {
        try {
            return Path.of(NativeLibraries.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> libraryCalls(ClassModel compiled) {
        return entries(compiled, MemberRefEntry.class)
                .filter(member -> member.type().stringValue().startsWith("("))
                .filter(member -> isLibrary(member.owner().asInternalName()))
                .map(member -> member.name().stringValue())
                .filter(name -> !PLAIN_JAVA.contains(name));
    }

    private static boolean isLibrary(String owner) {
        return (owner.startsWith("org/bytedeco/cuda/") || owner.startsWith("org/bytedeco/tensorrt/"))
                && PLAIN_DATA.stream().noneMatch(owner::startsWith);
    }

    /// The driver's are called by their names.
    private static Stream<String> driverCalls(ClassModel compiled) {
        return compiled.thisClass().asInternalName().equals(PACKAGE + "GpuDriver")
                ? entries(compiled, StringEntry.class)
                        .map(StringEntry::stringValue)
                        .filter(text -> text.matches("cu[A-Z]\\w+"))
                : Stream.empty();
    }

    private static <T> Stream<T> entries(ClassModel compiled, Class<T> kind) {
        Stream.Builder<T> found = Stream.builder();
        compiled.constantPool().forEach(entry -> {
            if (kind.isInstance(entry)) {
                found.add(kind.cast(entry));
            }
        });
        return found.build();
    }

    private static Set<String> documentedCalls() throws IOException {
        String text = Files.readString(DOCUMENT);
        String section = text.substring(text.indexOf("## Every call of"), text.indexOf("## Found on"));
        return section.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.indexOf('|', 2)))
                .flatMap(cell -> NAME.matcher(cell).results().map(name -> name.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
