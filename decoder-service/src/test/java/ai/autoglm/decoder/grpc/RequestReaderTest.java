package ai.autoglm.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.decoder.MiniModel;
import ai.autoglm.decoder.grammar.AnswerGrammar;
import ai.autoglm.decoder.grammar.CompileListener;
import ai.autoglm.decoder.grammar.LanguageCache;
import ai.autoglm.decoder.sampling.TokenRestrictions;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.decoder.schedule.Share;
import ai.autoglm.proto.v1.AnyOf;
import ai.autoglm.proto.v1.AudioSpan;
import ai.autoglm.proto.v1.Choices;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.Grammar;
import ai.autoglm.proto.v1.ImageGrid;
import ai.autoglm.proto.v1.MediaRun;
import ai.autoglm.proto.v1.PromptSegment;
import ai.autoglm.proto.v1.Thought;
import ai.autoglm.proto.v1.TokenRun;
import ai.autoglm.proto.v1.ToolCall;
import ai.autoglm.proto.v1.ToolCalls;
import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.TokenMask;
import ai.autoglm.toolkit.grammar.Vocabulary;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RequestReaderTest {
    private static final RequestReader READER =
            new RequestReader(TestServer.BUNDLE_ID, MiniModel.tokens(), 2048, 100, grammars());

    @Test
    void readsARequest() {
        GenerationRequest request =
                READER.read(start(message -> message.getStopBuilder().addStopTokenIds(7)));
        assertThat(request.prompt().tokenIds().toArray()).containsExactly(1, 2, 3);
        assertThat(request.stop().endOfSequenceIds())
                .containsExactlyInAnyOrderElementsOf(MiniModel.tokens().endOfSequence());
        assertThat(request.stop().stopTokenIds()).containsExactly(7);
        assertThat(request.logprobsCount()).isNull();
    }

    @Test
    void readsWhichTokensMayBeWritten() {
        GenerationRequest request = READER.read(start(message -> message.getSamplingBuilder()
                .addAllAllowedTokenIds(List.of(3, 2047))
                .addBannedSequences(TokenRun.newBuilder().addAllTokenIds(List.of(3, 4)))));

        TokenRestrictions restrictions = request.sampling().restrictions();
        TokenMask allowed = Objects.requireNonNull(restrictions.allowed());
        assertThat(allowed.allows(3)).isTrue();
        assertThat(allowed.allows(2047)).isTrue();
        assertThat(allowed.allows(4)).isFalse();
        assertThat(restrictions.banned()).containsExactly(TokenIds.of(3, 4));
        assertThat(READER.read(start(_ -> {})).sampling().restrictions()).isEqualTo(TokenRestrictions.NONE);
    }

    @Test
    void refusesRestrictionsThatLeaveNothingOrMakeNoSense() {
        assertRefused(
                message -> message.getSamplingBuilder()
                        .addAllowedTokenIds(3)
                        .addBannedSequences(TokenRun.newBuilder().addTokenIds(3)),
                ErrorCode.INVALID_VALUE,
                "leave no token to begin the answer with");
        assertRefused(
                message -> {
                    message.getSamplingBuilder()
                            .addAllAllowedTokenIds(MiniModel.tokens().endOfSequence());
                    message.getStopBuilder().setMinTokens(1);
                },
                ErrorCode.INVALID_VALUE,
                "'min_tokens' leave no token");
        assertRefused(
                message -> message.getSamplingBuilder().addBannedSequences(TokenRun.getDefaultInstance()),
                ErrorCode.INVALID_VALUE,
                "a banned sequence is empty");
        assertRefused(
                message -> message.getSamplingBuilder().addAllowedTokenIds(2048),
                ErrorCode.INVALID_VALUE,
                "token id 2048");
        assertRefused(
                message -> message.setGrammar(Grammar.newBuilder().setRegex("a"))
                        .getSamplingBuilder()
                        .addAllowedTokenIds(5),
                ErrorCode.INVALID_VALUE,
                "there is a grammar");
        assertRefused(
                message -> message.getSamplingBuilder()
                        .addBannedSequences(TokenRun.newBuilder().addAllTokenIds(Collections.nCopies(16_385, 1))),
                ErrorCode.INVALID_VALUE,
                "16385 tokens, but the limit is 16384");
    }

    @Test
    void readsWhetherThePromptIsScored() {
        assertThat(READER.read(start(message -> message.setPromptLogprobsCount(0)))
                        .promptLogprobsCount())
                .isZero();
        assertThat(READER.read(start(_ -> {})).promptLogprobsCount()).isNull();
        assertRefused(
                message -> message.setPromptLogprobsCount(21),
                ErrorCode.INTEGER_ABOVE_MAX_VALUE,
                "prompt_logprobs must be at most 20, not 21.");
    }

    @Test
    void boundsTheScoresOfAPrompt() {
        RequestReader reader = new RequestReader(TestServer.BUNDLE_ID, MiniModel.tokens(), 2048, 10_000, grammars());
        GenerateStart start = start(message -> message.setPromptLogprobsCount(20)
                .addPrompt(PromptSegment.newBuilder()
                        .setTokens(TokenRun.newBuilder().addAllTokenIds(Collections.nCopies(6_250, 1)))));

        assertThatThrownBy(() -> reader.read(start))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("131313 log probabilities of the prompt are asked for, but the limit is 131072");
    }

    @Test
    void ignoresEndOfSequenceWhenAsked() {
        GenerationRequest request =
                READER.read(start(message -> message.getStopBuilder().setIgnoreEos(true)));
        assertThat(request.stop().endOfSequenceIds()).isEmpty();
    }

    @Test
    void refusesAnotherBundle() {
        assertRefused(message -> message.setBundleId("another"), ErrorCode.BUNDLE_MISMATCH, "not another.");
    }

    @Test
    void readsEachKindOfGrammar() {
        Thought thought = Thought.newBuilder()
                .addOpeningTokenIds(5)
                .setClosingTokenId(6)
                .addFollowingTokenIds(7)
                .build();
        for (Grammar grammar : List.of(
                Grammar.newBuilder().setJsonSchema("true").build(),
                Grammar.newBuilder().setRegex("a|b").build(),
                Grammar.newBuilder()
                        .setChoices(Choices.newBuilder().addTexts("a"))
                        .build(),
                Grammar.newBuilder().setEbnf("root ::= \"a\"").build(),
                Grammar.newBuilder().setName("autoglm-phone-action").build(),
                Grammar.newBuilder()
                        .setToolCalls(ToolCalls.newBuilder()
                                .addTools(ToolCall.newBuilder().setName("t").setArgumentsSchema("{}")))
                        .build(),
                Grammar.newBuilder()
                        .setAnyOf(AnyOf.newBuilder()
                                .addLanguages(Grammar.newBuilder().setRegex("a"))
                                .addLanguages(Grammar.newBuilder().setJsonSchema("true")))
                        .build())) {
            GenerationRequest request = READER.read(
                    start(message -> message.setGrammar(grammar.toBuilder().setThought(thought))));
            AnswerGrammar read = Objects.requireNonNull(request.grammar());
            assertThat(read.language().start().distance())
                    .as(grammar.toString())
                    .isPositive();
            assertThat(read.thought())
                    .isEqualTo(new ai.autoglm.decoder.grammar.Thought(TokenIds.of(5), 6, TokenIds.of(7)));
        }
    }

    @Test
    void refusesGrammarsThatCannotBeCompiled() {
        assertRefused(
                message -> message.setGrammar(Grammar.newBuilder().setRegex("(")),
                ErrorCode.INVALID_VALUE,
                "is missing");
        assertRefused(
                message -> message.setGrammar(Grammar.getDefaultInstance()),
                ErrorCode.INVALID_VALUE,
                "The grammar names no language.");
        assertRefused(
                message -> message.setGrammar(Grammar.newBuilder()
                        .setRegex("a")
                        .setThought(Thought.newBuilder().setClosingTokenId(5000))),
                ErrorCode.INVALID_VALUE,
                "token id 5000");
    }

    @Test
    void refusesAnEmptyPrompt() {
        assertRefused(GenerateStart.Builder::clearPrompt, ErrorCode.EMPTY_ARRAY, "The prompt is empty.");
    }

    @Test
    void aShareHasAnIdOfBoundedLengthAndAWeightOfAtLeastOne() {
        assertThat(read(_ -> {}).share()).as("of a gateway that names none").isEqualTo(Share.NOBODYS);
        assertThat(read(message -> message.setShareId("lab").setShareWeight(20)).share())
                .isEqualTo(new Share("lab", 20));
        assertThat(read(message -> message.setShareId("lab").setShareWeight(-1)).share())
                .isEqualTo(new Share("lab", 1_000_000));
        assertRefused(
                message -> message.setShareId("x".repeat(257)), ErrorCode.INVALID_VALUE, "more than 256 characters");
    }

    @Test
    void refusesMoreThanTheContextHolds() {
        assertRefused(
                message -> message.getStopBuilder().setMaxTokens(98),
                ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                "This model's maximum context length is 100 tokens, but the request needs 101: 3 in the prompt and 98"
                        + " for the answer.");
        assertRefused(
                message -> message.addPrompt(image(-1, 1, 1)), ErrorCode.CONTEXT_LENGTH_EXCEEDED, "4294967298 in the");
        assertRefused(
                message -> message.getStopBuilder().setMaxTokens(-1), ErrorCode.CONTEXT_LENGTH_EXCEEDED, "maximum");
    }

    @Test
    void refusesTokensOutsideTheVocabulary() {
        assertRefused(
                message -> message.addPrompt(TestServer.tokens(2048)),
                ErrorCode.INVALID_VALUE,
                "token id 2048 is outside the vocabulary of 2048");
        assertRefused(message -> message.addPrompt(TestServer.tokens(-1)), ErrorCode.INVALID_VALUE, "4294967295");
        assertRefused(message -> message.addGeneratedTokenIds(9999), ErrorCode.INVALID_VALUE, "token id 9999");
        assertRefused(
                message -> message.getStopBuilder().addStopTokenIds(5000), ErrorCode.INVALID_VALUE, "token id 5000");
        assertRefused(
                message -> message.getSamplingBuilder().putLogitBias(-7, 1), ErrorCode.INVALID_VALUE, "4294967289");
    }

    @Test
    void refusesSamplingThatHasNoMeaning() {
        assertRefused(GenerateStart.Builder::clearSampling, ErrorCode.INVALID_VALUE, "parameters are missing");
        assertRefused(
                message -> message.getSamplingBuilder().setTemperature(Float.NaN),
                ErrorCode.INVALID_VALUE,
                "temperature must be a finite number.");
        assertRefused(
                message -> message.getSamplingBuilder().setTemperature(-0.1f),
                ErrorCode.DECIMAL_BELOW_MIN_VALUE,
                "temperature must be at least 0.0, not -0.1.");
        assertRefused(
                message -> message.getSamplingBuilder().setTopP(1.5f),
                ErrorCode.DECIMAL_ABOVE_MAX_VALUE,
                "top_p must be at most 1.0, not 1.5.");
        assertRefused(
                message -> message.getSamplingBuilder().setRepetitionPenalty(0),
                ErrorCode.DECIMAL_BELOW_MIN_VALUE,
                "repetition_penalty");
        assertRefused(
                message -> message.getSamplingBuilder().putLogitBias(1, Float.NEGATIVE_INFINITY),
                ErrorCode.INVALID_VALUE,
                "logit_bias must be a finite number.");
        assertRefused(message -> message.setLogprobsCount(21), ErrorCode.INTEGER_ABOVE_MAX_VALUE, "at most 20, not 21");
    }

    @Test
    void refusesStopsThatContradictEachOther() {
        assertRefused(
                message -> message.getStopBuilder().setMaxTokens(0),
                ErrorCode.INTEGER_BELOW_MIN_VALUE,
                "max_tokens must be at least 1");
        assertRefused(
                message -> message.getStopBuilder().setMinTokens(11),
                ErrorCode.INVALID_VALUE,
                "min_tokens must be 0 to max_tokens, which is 10, not 11.");
        assertRefused(
                message -> message.addAllGeneratedTokenIds(List.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
                ErrorCode.INVALID_VALUE,
                "11 tokens were generated before, but max_tokens is 10");
    }

    @Test
    void refusesMediaThatContradictThemselves() {
        assertRefused(
                message -> message.addPrompt(image(6, 2, 2)),
                ErrorCode.INVALID_VALUE,
                "an image of 2 × 2 tokens does not have 6 rows");
        assertRefused(message -> message.addPrompt(image(0, 0, 0)), ErrorCode.INVALID_VALUE, "a medium has no rows");
        assertRefused(
                message -> message.addPrompt(PromptSegment.newBuilder()
                        .setMedia(MediaRun.newBuilder().setTokenCount(4).setSha256(ByteString.copyFromUtf8("short")))),
                ErrorCode.INVALID_VALUE,
                "sha256 has 5 bytes instead of 32");
        assertRefused(
                message -> message.addPrompt(PromptSegment.getDefaultInstance()),
                ErrorCode.INVALID_VALUE,
                "a prompt segment has no content");
    }

    @Test
    void refusesMediaThatTheModelDoesNotTake() {
        RequestReader textOnly =
                new RequestReader(TestServer.BUNDLE_ID, new TokenSpec(List.of(0), null, null), 2048, 100, grammars());
        assertThatThrownBy(() -> textOnly.read(start(message -> message.addPrompt(image(4, 2, 2)))))
                .hasMessage("This model does not take images.");
        assertThatThrownBy(() -> textOnly.read(start(message -> message.addPrompt(PromptSegment.newBuilder()
                        .setMedia(MediaRun.newBuilder()
                                .setTokenCount(4)
                                .setSha256(ByteString.copyFrom(new byte[32]))
                                .setAudio(AudioSpan.getDefaultInstance()))))))
                .hasMessage("This model does not take audio.");
    }

    private static GrammarReader grammars() {
        Vocabulary vocabulary = Vocabulary.read(MiniModel.bundle().resolve("tokenizer.json"), 2048);
        CompileListener nobody = new CompileListener() {
            @Override
            public void compiled(Duration duration) {}

            @Override
            public void found() {}
        };
        return new GrammarReader(new LanguageCache(vocabulary, nobody));
    }

    private static PromptSegment image(int tokenCount, int rows, int columns) {
        return PromptSegment.newBuilder()
                .setMedia(MediaRun.newBuilder()
                        .setTokenCount(tokenCount)
                        .setSha256(ByteString.copyFrom(new byte[32]))
                        .setImage(ImageGrid.newBuilder().setMergedRows(rows).setMergedColumns(columns)))
                .build();
    }

    private static GenerationRequest read(Consumer<GenerateStart.Builder> change) {
        return READER.read(start(change));
    }

    private static void assertRefused(Consumer<GenerateStart.Builder> change, ErrorCode code, String message) {
        GenerateStart start = start(change);
        assertThatThrownBy(() -> READER.read(start))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        ServingException.class,
                        error -> assertThat(error.code()).isEqualTo(code));
    }

    private static GenerateStart start(Consumer<GenerateStart.Builder> change) {
        GenerateStart.Builder start = TestServer.text(10).addPrompt(TestServer.tokens(1, 2, 3));
        change.accept(start);
        return start.build();
    }
}
