package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.grammar.AnswerGrammar;
import ai.autoglm.decoder.grammar.LanguageCache;
import ai.autoglm.decoder.grammar.Thought;
import ai.autoglm.proto.v1.Grammar;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.GrammarSource;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.List;
import java.util.function.Function;

/// Reads the grammar of a request and compiles its language.
record GrammarReader(LanguageCache languages) {
    /// @param tokenIds checks ids against the vocabulary
    /// @throws ServingException INVALID_VALUE when the language cannot be compiled
    AnswerGrammar read(Grammar message, Function<List<Integer>, TokenIds> tokenIds) {
        Thought thought = message.hasThought() ? thought(message.getThought(), tokenIds) : null;
        return new AnswerGrammar(languages.language(source(message)), thought);
    }

    private static Thought thought(ai.autoglm.proto.v1.Thought message, Function<List<Integer>, TokenIds> tokenIds) {
        return new Thought(
                tokenIds.apply(message.getOpeningTokenIdsList()),
                tokenIds.apply(List.of(message.getClosingTokenId())).at(0),
                tokenIds.apply(message.getFollowingTokenIdsList()));
    }

    private static GrammarSource source(Grammar message) {
        return switch (message.getLanguageCase()) {
            case JSON_SCHEMA -> new GrammarSource.JsonSchema(message.getJsonSchema());
            case REGEX -> new GrammarSource.Regex(message.getRegex());
            case CHOICES -> new GrammarSource.Choices(message.getChoices().getTextsList());
            case EBNF -> new GrammarSource.Gbnf(message.getEbnf());
            case NAME -> new GrammarSource.Named(message.getName());
            case TOOL_CALLS ->
                new GrammarSource.ToolCalls(message.getToolCalls().getToolsList().stream()
                        .map(tool -> new GrammarSource.Tool(tool.getName(), tool.getArgumentsSchema()))
                        .toList());
            case ANY_OF ->
                new GrammarSource.AnyOf(message.getAnyOf().getLanguagesList().stream()
                        .map(GrammarReader::source)
                        .toList());
            case LANGUAGE_NOT_SET ->
                throw new ServingException(ErrorCode.INVALID_VALUE, "The grammar names no language.");
        };
    }
}
