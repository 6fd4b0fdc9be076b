package ai.autoglm.toolkit.grammar;

import java.util.List;

/// A language as its author wrote it. Equal sources describe the same language: a key for caches.
public sealed interface GrammarSource {
    /// JSON texts that match this JSON schema, itself JSON text.
    record JsonSchema(String text) implements GrammarSource {}

    /// Texts that match this regular expression as a whole.
    record Regex(String pattern) implements GrammarSource {}

    record Choices(List<String> texts) implements GrammarSource {
        public Choices {
            texts = List.copyOf(texts);
        }
    }

    /// Texts of a grammar in GBNF form, whose start rule is called `root`.
    record Gbnf(String text) implements GrammarSource {}

    /// A grammar that this module knows by name; see [NamedGrammars].
    record Named(String name) implements GrammarSource {}

    /// One call in GLM-4 form: the tool's name, a line feed, its arguments as JSON. Source: MODEL_SPEC C.5 (a).
    record ToolCalls(List<Tool> tools) implements GrammarSource {
        public ToolCalls {
            tools = List.copyOf(tools);
        }
    }

    /// Texts of any of these languages.
    record AnyOf(List<GrammarSource> languages) implements GrammarSource {
        public AnyOf {
            languages = List.copyOf(languages);
        }
    }

    /// @param argumentsSchema JSON schema of the arguments, as JSON text; the arguments are an object whatever it
    ///     says
    record Tool(String name, String argumentsSchema) {}
}
