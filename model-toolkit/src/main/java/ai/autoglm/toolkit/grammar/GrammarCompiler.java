package ai.autoglm.toolkit.grammar;

import java.util.BitSet;
import java.util.List;
import org.apache.lucene.util.automaton.Automaton;

/// Compiles languages. Every input ends within [Algebra#TIME_LIMIT], in a language or in a sentence for its author.
public final class GrammarCompiler {
    private static final int MAX_CHOICES = 10_000;
    private static final int MAX_CHOICES_LENGTH = 50_000;

    private GrammarCompiler() {}

    /// Whether [#compile] would take it, as far as that does not depend on a vocabulary.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException INVALID_VALUE with a sentence that says why not
    public static void check(GrammarSource source) {
        BitSet everyByte = new BitSet(256);
        everyByte.set(0, 256);
        network(source, everyByte);
    }

    /// @throws ai.autoglm.toolkit.error.ServingException INVALID_VALUE with a sentence that says why it cannot be
    ///     compiled
    public static Language compile(GrammarSource source, Vocabulary vocabulary) {
        return new Language(network(source, vocabulary.singleBytes()), vocabulary);
    }

    private static Network network(GrammarSource source, BitSet usableBytes) {
        Rules rules = new Rules(new Algebra(Algebra.TIME_LIMIT));
        int root = rules.declare();
        rules.define(root, root(source, rules));
        return NetworkBuilder.link(rules, root, usableBytes);
    }

    private static Automaton root(GrammarSource source, Rules rules) {
        return switch (source) {
            case GrammarSource.JsonSchema(String text) -> new SchemaCompiler(text, rules).root();
            case GrammarSource.Regex(String pattern) ->
                Texts.utf8(rules.algebra().determinize(RegexParser.whole(pattern, rules.algebra())));
            case GrammarSource.Choices(List<String> texts) -> choices(texts, rules.algebra());
            case GrammarSource.Gbnf(String text) -> new GbnfParser(text, rules).root();
            case GrammarSource.Named(String name) -> NamedGrammars.root(name, rules.algebra());
            case GrammarSource.ToolCalls(List<GrammarSource.Tool> tools) -> toolCalls(tools, rules);
            case GrammarSource.AnyOf(List<GrammarSource> languages) ->
                rules.algebra()
                        .union(languages.stream()
                                .map(language -> root(language, rules))
                                .toList());
        };
    }

    private static Automaton choices(List<String> texts, Algebra algebra) {
        int length = texts.stream().mapToInt(String::length).sum();
        if (texts.isEmpty() || texts.size() > MAX_CHOICES || length > MAX_CHOICES_LENGTH) {
            throw Refusal.because("There are " + texts.size() + " choices with " + length
                    + " characters together; the limits are 1 to " + MAX_CHOICES + " and " + MAX_CHOICES_LENGTH + ".");
        }
        return algebra.union(texts.stream().distinct().map(Texts::literal).toList());
    }

    private static Automaton toolCalls(List<GrammarSource.Tool> tools, Rules rules) {
        if (tools.isEmpty()) {
            throw Refusal.because("There is no tool to call.");
        }
        return rules.algebra()
                .union(tools.stream().map(tool -> toolCall(tool, rules)).toList());
    }

    private static Automaton toolCall(GrammarSource.Tool tool, Rules rules) {
        return rules.algebra()
                .concatenate(
                        Texts.literal(tool.name() + "\n"),
                        new SchemaCompiler(tool.argumentsSchema(), rules).rootObject());
    }
}
