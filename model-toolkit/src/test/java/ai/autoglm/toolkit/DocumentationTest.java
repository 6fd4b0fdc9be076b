package ai.autoglm.toolkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the documents name exists: a renamed class or a moved file fails here.
class DocumentationTest {
    private static final Path ROOT = Path.of(System.getProperty("autoglm.root"));
    private static final Set<String> FOREIGN_DIRECTORIES = Set.of("target", "build", "node_modules");
    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern CLASS_NAME = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.\\w+)*`");
    private static final Pattern TEST_NAME = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`|`([a-z]+[A-Z]\\w*)`");
    private static final Pattern TEST_METHOD = Pattern.compile("void (\\w+)\\(");
    private static final Pattern PACKAGE_ROW = Pattern.compile("(?m)^\\| `([a-z]+)` \\|");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("^([a-z]+:|#).*");

    static Stream<Path> documents() throws IOException {
        return filesThatEndWith(".md").stream();
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/request-lifecycle.md"})
    void namesClassesThatExist(String document) throws IOException {
        Set<String> classes = filesThatEndWith(".java").stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());

        assertThat(matches(CLASS_NAME, ROOT.resolve(document))).isNotEmpty().isSubsetOf(classes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/security.md", "docs/conformance.md"})
    void namesTestsThatExist(String document) throws IOException {
        Set<String> tests = new HashSet<>();
        for (Path file : filesThatEndWith("Test.java")) {
            tests.addAll(testsOf(file));
        }
        for (Path file : filesThatEndWith("IT.java")) {
            tests.addAll(testsOf(file));
        }

        assertThat(testsNamedIn(ROOT.resolve(document))).isNotEmpty().isSubsetOf(tests);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksToFilesThatExist(Path document) throws IOException {
        List<String> broken = matches(LINK, document).stream()
                .filter(link -> !ELSEWHERE.matcher(link).matches())
                .filter(link -> !Files.exists(document.resolveSibling(link.replaceFirst("#.*", ""))))
                .toList();

        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "gateway-service, gateway",
        "vision-encoder-service, vision",
        "audio-encoder-service, audio",
        "model-toolkit, toolkit"
    })
    void namesEachPackageOfAModule(String module, String name) throws IOException {
        try (Stream<Path> entries = Files.list(ROOT.resolve(module + "/src/main/java/ai/autoglm/" + name))) {
            List<String> folders = entries.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .toList();

            assertThat(matches(PACKAGE_ROW, ROOT.resolve(module + "/README.md")))
                    .containsExactlyInAnyOrderElementsOf(folders);
        }
    }

    /// Classes, and methods as `Class.method`. In the last cell of a row a method may stand alone: it is one
    /// of the class before it.
    private static List<String> testsNamedIn(Path document) throws IOException {
        List<String> tests = new ArrayList<>();
        for (String line : Files.readAllLines(document)) {
            boolean row = line.startsWith("|") && line.endsWith("|");
            String cell = row ? line.substring(line.lastIndexOf('|', line.length() - 2)) : line;
            String testClass = "";
            for (MatchResult named : TEST_NAME.matcher(cell).results().toList()) {
                testClass = named.group(1) == null ? testClass : named.group(1);
                String method = named.group(3) == null ? named.group(2) : named.group(3);
                if (!testClass.isEmpty()) {
                    tests.add(method == null ? testClass : testClass + "." + method);
                }
            }
        }
        return tests;
    }

    private static List<String> testsOf(Path file) throws IOException {
        String name = file.getFileName().toString().replace(".java", "");
        List<String> tests = new ArrayList<>(List.of(name));
        TEST_METHOD
                .matcher(Files.readString(file))
                .results()
                .forEach(method -> tests.add(name + "." + method.group(1)));
        return tests;
    }

    /// First group of each match outside of code blocks.
    private static List<String> matches(Pattern pattern, Path document) throws IOException {
        String text = CODE_BLOCK.matcher(Files.readString(document)).replaceAll("");
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static List<Path> filesThatEndWith(String suffix) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = directory.getFileName().toString();
                boolean foreign =
                        !directory.equals(ROOT) && (name.startsWith(".") || FOREIGN_DIRECTORIES.contains(name));
                return foreign ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(suffix)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }
}
