package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.text.AnswerLanguage;
import ai.autoglm.proto.v1.AnyOf;
import ai.autoglm.proto.v1.Choices;
import ai.autoglm.proto.v1.Grammar;
import ai.autoglm.proto.v1.Thought;
import ai.autoglm.proto.v1.ToolCall;
import ai.autoglm.proto.v1.ToolCalls;
import ai.autoglm.toolkit.grammar.GrammarSource;
import java.util.List;

/// The language of an answer as the wire has it.
final class GrammarMessage {
    private GrammarMessage() {}

    static Grammar of(AnswerLanguage language) {
        Grammar.Builder grammar = builder(language.source());
        AnswerLanguage.Thought thought = language.thought();
        if (thought != null) {
            grammar.setThought(Thought.newBuilder()
                    .addAllOpeningTokenIds(thought.opening().stream().boxed().toList())
                    .setClosingTokenId(thought.closing())
                    .addAllFollowingTokenIds(
                            thought.following().stream().boxed().toList()));
        }
        return grammar.build();
    }

    private static Grammar.Builder builder(GrammarSource source) {
        Grammar.Builder grammar = Grammar.newBuilder();
        return switch (source) {
            case GrammarSource.JsonSchema(String text) -> grammar.setJsonSchema(text);
            case GrammarSource.Regex(String pattern) -> grammar.setRegex(pattern);
            case GrammarSource.Choices(List<String> texts) ->
                grammar.setChoices(Choices.newBuilder().addAllTexts(texts));
            case GrammarSource.Gbnf(String text) -> grammar.setEbnf(text);
            case GrammarSource.Named(String name) -> grammar.setName(name);
            case GrammarSource.ToolCalls(List<GrammarSource.Tool> tools) -> grammar.setToolCalls(toolCalls(tools));
            case GrammarSource.AnyOf(List<GrammarSource> languages) -> {
                AnyOf.Builder anyOf = AnyOf.newBuilder();
                languages.forEach(language -> anyOf.addLanguages(builder(language)));
                yield grammar.setAnyOf(anyOf);
            }
        };
    }

    private static ToolCalls toolCalls(List<GrammarSource.Tool> tools) {
        ToolCalls.Builder calls = ToolCalls.newBuilder();
        tools.forEach(tool ->
                calls.addTools(ToolCall.newBuilder().setName(tool.name()).setArgumentsSchema(tool.argumentsSchema())));
        return calls.build();
    }
}
