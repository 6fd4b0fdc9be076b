package ai.autoglm.benchmarks;

import ai.autoglm.toolkit.grammar.GrammarCompiler;
import ai.autoglm.toolkit.grammar.GrammarSource;
import ai.autoglm.toolkit.grammar.Language;
import ai.autoglm.toolkit.grammar.NamedGrammars;
import ai.autoglm.toolkit.grammar.Position;
import ai.autoglm.toolkit.grammar.TokenMask;
import ai.autoglm.toolkit.grammar.Vocabulary;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints what a grammar adds to a decode step: the mask of the next token, with a language that is new and with one
/// that has written texts before. Texts are random: a worse case than a model's, which returns to few positions.
@Command(
        name = "grammar-benchmark",
        mixinStandardHelpOptions = true,
        description = "Measures grammar masks. Prints microseconds of processor time a token.")
final class GrammarBenchmark implements Callable<Integer> {
    /// Processor time: other processes do not count.
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
    private static final int LARGE_VOCABULARY = 151_552;
    private static final int TEXTS = 40;
    private static final double NANOS_PER_MICROSECOND = 1e3;
    private static final double NANOS_PER_MILLISECOND = 1e6;
    private static final String SCHEMA = """
            {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,"maximum":150},
            "tags":{"type":"array","items":{"enum":["red","green","blue"]}},
            "address":{"type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}},
            "required":["street","city"]}},"required":["name","age","tags","address"]}""";

    private static final String BOUNDED_SCHEMA = """
            {"type":"object","properties":{"title":{"type":"string","minLength":5,"maxLength":80},
            "lines":{"type":"array","items":{"type":"string","maxLength":40},"maxItems":5}},
            "required":["title","lines"]}""";

    @Option(names = "--tokenizer", required = true, description = "The tokenizer.json of the embedded model.")
    private Path tokenizer;

    @Option(names = "--tokens", defaultValue = "200", description = "Tokens of each text, at most.")
    private int tokens;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new GrammarBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() {
        Map<String, GrammarSource> sources = new TreeMap<>(Map.of(
                "json_object",
                new GrammarSource.JsonSchema("{\"type\":\"object\"}"),
                "schema",
                new GrammarSource.JsonSchema(SCHEMA),
                "bounded strings",
                new GrammarSource.JsonSchema(BOUNDED_SCHEMA),
                "regex",
                new GrammarSource.Regex("Thought: [^\\n]{1,400}\\nAction: (tap|swipe|type) \\([^()]*\\)"),
                NamedGrammars.PHONE_ACTION,
                new GrammarSource.Named(NamedGrammars.PHONE_ACTION)));
        List<Vocabulary> vocabularies = List.of(Vocabulary.read(tokenizer, 2048), synthetic());
        for (boolean warmUp : new boolean[] {true, false}) {
            for (Vocabulary vocabulary : vocabularies) {
                sources.forEach((name, source) -> measure(name, source, vocabulary, warmUp));
            }
        }
        return 0;
    }

    private void measure(String name, GrammarSource source, Vocabulary vocabulary, boolean warmUp) {
        long start = CLOCK.getCurrentThreadCpuTime();
        Language language = GrammarCompiler.compile(source, vocabulary);
        double compile = (CLOCK.getCurrentThreadCpuTime() - start) / NANOS_PER_MILLISECOND;
        List<Long> first = write(language, 0);
        List<Long> later = new ArrayList<>();
        for (int text = 1; text < TEXTS; text++) {
            later.addAll(write(language, text));
        }
        if (!warmUp) {
            System.out.printf(
                    "%-21s vocabulary %6d: compile %.1f ms, first text %s, later texts %s%n",
                    name, vocabulary.size(), compile, summary(first), summary(later));
        }
    }

    private static String summary(List<Long> nanos) {
        double mean = nanos.stream().mapToLong(Long::longValue).average().orElse(0) / NANOS_PER_MICROSECOND;
        List<Long> sorted = nanos.stream().sorted().toList();
        double median = sorted.get(sorted.size() / 2) / NANOS_PER_MICROSECOND;
        double largest = sorted.getLast() / NANOS_PER_MICROSECOND;
        return "mean %.1f median %.1f max %.0f".formatted(mean, median, largest);
    }

    /// The time of each step of one text.
    private List<Long> write(Language language, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> times = new ArrayList<>();
        Position position = language.start();
        for (int remaining = tokens; remaining > 0; remaining--) {
            long start = CLOCK.getCurrentThreadCpuTime();
            TokenMask allowed = language.tokensWithin(position, remaining - 1);
            times.add(CLOCK.getCurrentThreadCpuTime() - start);
            if (allowed.isEmpty() || (position.isMember() && random.nextInt(20) == 0)) {
                break;
            }
            position = language.advance(
                    position, draw(allowed, language.vocabulary().size(), random));
        }
        return times;
    }

    private static int draw(TokenMask allowed, int size, SplittableRandom random) {
        int id = random.nextInt(size);
        while (!allowed.allows(id)) {
            id = (id + 1) % size;
        }
        return id;
    }

    /// As many tokens as GLM-4.1V has: each byte, then words, numbers, punctuation and characters of Chinese.
    private static Vocabulary synthetic() {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> texts = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            texts.add(new byte[] {(byte) value});
        }
        while (texts.size() < LARGE_VOCABULARY) {
            texts.add(word(random).getBytes(StandardCharsets.UTF_8));
        }
        return new Vocabulary(texts, LARGE_VOCABULARY);
    }

    private static String word(SplittableRandom random) {
        String alphabet = switch (random.nextInt(10)) {
            case 0 -> " \n\t{}[]\",:()=\\/'.";
            case 1 -> "0123456789";
            case 2, 3 -> "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年";
            default -> "etaoinshrdlucmfwypvbgkjqxz";
        };
        StringBuilder word = new StringBuilder(random.nextInt(3) == 0 ? " " : "");
        int length = 2 + random.nextInt(8);
        for (int index = 0; index < length; index++) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }
}
