package ai.autoglm.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.PromptSegment.TokenRun;
import ai.autoglm.decoder.grammar.AnswerGrammar;
import ai.autoglm.decoder.grammar.Thought;
import ai.autoglm.decoder.sampling.SamplingParameters;
import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.decoder.sampling.TokenRestrictions;
import ai.autoglm.decoder.schedule.FinishReason;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.decoder.schedule.Share;
import ai.autoglm.toolkit.grammar.GrammarCompiler;
import ai.autoglm.toolkit.grammar.GrammarSource;
import ai.autoglm.toolkit.grammar.Language;
import ai.autoglm.toolkit.grammar.Position;
import ai.autoglm.toolkit.grammar.Vocabulary;
import ai.autoglm.toolkit.tokenizer.TextTokens;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The embedded model, which knows no JSON, within grammars: whatever it wants, its answers belong to them.
class AnswerGrammarTest {
    private static final int THINK_ID = 2044;
    private static final int END_THINK_ID = 2045;
    private static final int ANSWER_ID = 2046;
    private static final Vocabulary VOCABULARY =
            Vocabulary.read(MiniModel.bundle().resolve("tokenizer.json"), 2048);
    private static final List<byte[]> BYTES = TextTokens.read(MiniModel.bundle().resolve("tokenizer.json"));
    private static final Thought THOUGHT = new Thought(TokenIds.of(THINK_ID), END_THINK_ID, TokenIds.of(ANSWER_ID));
    private static final MiniModel MODEL = new MiniModel(8, 64);

    private static final List<GrammarSource> SOURCES = List.of(
            new GrammarSource.JsonSchema("{\"type\":\"object\"}"),
            new GrammarSource.JsonSchema("""
                    {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0}},
                    "required":["name","age"],"additionalProperties":false}"""),
            new GrammarSource.Regex("[A-Z][a-z]+ \\d{2,4}"),
            new GrammarSource.Choices(List.of("yes", "no", "perhaps")),
            new GrammarSource.Gbnf("root ::= \"[\" root? \"]\""),
            new GrammarSource.Named("autoglm-phone-action"),
            new GrammarSource.ToolCalls(List.of(
                    new GrammarSource.Tool("weather", "{\"properties\":{\"city\":{\"type\":\"string\"}}}"),
                    new GrammarSource.Tool("time", "{}"))),
            new GrammarSource.AnyOf(List.of(
                    new GrammarSource.ToolCalls(List.of(new GrammarSource.Tool("time", "{}"))),
                    new GrammarSource.JsonSchema("{\"type\":\"object\"}"))));

    @AfterAll
    static void close() {
        MODEL.close();
    }

    private record Answer(TokenIds ids, FinishReason reason) {}

    @Test
    void everyAnswerBelongsToItsGrammarAtEveryTemperatureAndBudget() throws InterruptedException {
        for (GrammarSource source : SOURCES) {
            Language language = GrammarCompiler.compile(source, VOCABULARY);
            int shortest = language.start().distance();
            List<Generation> generations = new ArrayList<>();
            for (int temperature = 0; temperature <= 2; temperature++) {
                for (int budget : new int[] {shortest, shortest + 1, shortest + 7, 45}) {
                    for (int seed = 0; seed < (temperature == 0 ? 1 : 2); seed++) {
                        generations.add(
                                submit(new AnswerGrammar(language, null), temperature, seed, budget, TokenIds.empty()));
                    }
                }
            }
            MODEL.finish();
            for (Generation generation : generations) {
                TokenIds ids = answer(generation).ids();
                assertThat(isMember(language, ids))
                        .as("%s: %s", source, text(ids))
                        .isTrue();
            }
        }
    }

    @Test
    void theGrammarBeginsBehindTheThoughtWhichEndsInTime() throws InterruptedException {
        Language language = GrammarCompiler.compile(new GrammarSource.Named("autoglm-phone-action"), VOCABULARY);
        int shortest = language.start().distance();
        for (int budget : new int[] {shortest + 3, shortest + 4, shortest + 20, 100}) {
            for (int temperature = 0; temperature <= 2; temperature++) {
                Generation generation =
                        submit(new AnswerGrammar(language, THOUGHT), temperature, budget, budget, TokenIds.empty());
                MODEL.finish();
                TokenIds ids = answer(generation).ids();
                int[] array = ids.toArray();
                int closing = indexOf(array, END_THINK_ID);
                assertThat(array[0]).isEqualTo(THINK_ID);
                assertThat(array[closing + 1]).isEqualTo(ANSWER_ID);
                TokenIds rest = ids.slice(closing + 2, ids.size());
                assertThat(isMember(language, rest)).as(text(rest)).isTrue();
            }
        }
    }

    @Test
    void aResumedAnswerIsTheSameFromEveryIndex() throws InterruptedException {
        Language language = GrammarCompiler.compile(SOURCES.get(1), VOCABULARY);
        for (Thought thought : new @Nullable Thought[] {null, THOUGHT}) {
            AnswerGrammar grammar = new AnswerGrammar(language, thought);
            Generation whole = submit(grammar, 1, 5, 35, TokenIds.empty());
            MODEL.finish();
            Answer expected = answer(whole);
            for (int index = 1; index <= expected.ids().size(); index++) {
                TokenIds delivered = expected.ids().slice(0, index);
                Generation resumed = submit(grammar, 1, 5, 35, delivered);
                MODEL.finish();
                Answer rest = answer(resumed);
                assertThat(delivered.concat(rest.ids())).as("from " + index).isEqualTo(expected.ids());
                assertThat(rest.reason()).as("from " + index).isEqualTo(expected.reason());
            }
        }
    }

    @Test
    void anAnswerThatIsSteeredEndsWithLengthAndAnyOtherWithStop() throws InterruptedException {
        Language choice = GrammarCompiler.compile(new GrammarSource.Choices(List.of("a")), VOCABULARY);
        Language endless = GrammarCompiler.compile(new GrammarSource.Regex("[a-z]+"), VOCABULARY);
        Generation stopped = submit(new AnswerGrammar(choice, null), 0, 0, 1, TokenIds.empty());
        // It may not end of itself.
        Generation cut = submit(
                new AnswerGrammar(endless, null),
                SamplingParameters.greedy(),
                new StopConditions(4, 4, Set.copyOf(MiniModel.tokens().endOfSequence()), Set.of()),
                TokenIds.empty());
        MODEL.finish();
        assertThat(answer(stopped).reason()).isEqualTo(FinishReason.STOP);
        Answer answer = answer(cut);
        assertThat(answer.reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(answer.ids().size()).isEqualTo(4);
    }

    @Test
    void aCompleteAnswerEndsAlthoughMoreTokensWereAskedFor() throws InterruptedException {
        Language language = GrammarCompiler.compile(new GrammarSource.Choices(List.of("yes", "no")), VOCABULARY);
        Generation generation = submit(
                new AnswerGrammar(language, null),
                SamplingParameters.greedy(),
                new StopConditions(50, 50, Set.of(), Set.of()),
                TokenIds.empty());
        MODEL.finish();
        Answer answer = answer(generation);
        assertThat(text(answer.ids())).isIn("yes", "no");
        assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void refusesABudgetBelowTheShortestAnswer() {
        Language language = GrammarCompiler.compile(new GrammarSource.Choices(List.of("yes", "maybe")), VOCABULARY);
        assertThatThrownBy(() -> submit(new AnswerGrammar(language, null), 0, 0, 2, TokenIds.empty()))
                .hasMessage("max_tokens is 2, but the shortest answer within the grammar may take 3 tokens.");
        assertThatThrownBy(() -> submit(new AnswerGrammar(language, THOUGHT), 0, 0, 5, TokenIds.empty()))
                .hasMessageContaining("max_tokens is 5")
                .hasMessageContaining("6 tokens");
    }

    @Test
    void refusesToGoOnWithWhatIsNoBeginning() {
        Language language = GrammarCompiler.compile(new GrammarSource.Choices(List.of("yes")), VOCABULARY);
        assertThatThrownBy(() -> submit(new AnswerGrammar(language, null), 0, 0, 9, TokenIds.of(END_THINK_ID)))
                .hasMessage("generated_token_ids leave the grammar at index 0.");
    }

    @Test
    void refusesAStopTokenThatIsAByte() {
        Language language = GrammarCompiler.compile(new GrammarSource.Choices(List.of("yes")), VOCABULARY);
        int letter = 0;
        while (BYTES.get(letter).length != 1) {
            letter++;
        }
        StopConditions stop = new StopConditions(9, 0, Set.of(), Set.of(letter));
        assertThatThrownBy(() ->
                        submit(new AnswerGrammar(language, null), SamplingParameters.greedy(), stop, TokenIds.empty()))
                .hasMessageContaining("stop_token_ids holds " + letter);
    }

    @Test
    void anotherSequenceGoesOnWhenAGrammarFails() throws InterruptedException {
        int ruleCount = 1100;
        StringBuilder gbnf = new StringBuilder("root ::= \"~^\" rest\nrest ::= a0");
        IntStream.range(1, ruleCount).forEach(rule -> gbnf.append(" | a").append(rule));
        IntStream.range(0, ruleCount).forEach(rule -> gbnf.append("\na%d ::= \"a\" | \"a\" a%d".formatted(rule, rule)));
        Language ambiguous = GrammarCompiler.compile(new GrammarSource.Gbnf(gbnf.toString()), VOCABULARY);
        Language plain = GrammarCompiler.compile(new GrammarSource.Regex("[ab]{3}"), VOCABULARY);
        Generation failing = submit(new AnswerGrammar(ambiguous, null), 0, 0, 9, TokenIds.empty());
        Generation good = submit(new AnswerGrammar(plain, null), 0, 0, 9, TokenIds.empty());
        MODEL.finish();
        assertThatThrownBy(() -> answer(failing)).hasMessageContaining("too ambiguous");
        assertThat(isMember(plain, answer(good).ids())).isTrue();
    }

    private static Generation submit(
            AnswerGrammar grammar, float temperature, long seed, int maxTokens, TokenIds generated) {
        return submit(
                grammar,
                new SamplingParameters(temperature, 1, 0, 0, seed, 0, 0, 1, Map.of(), TokenRestrictions.NONE),
                new StopConditions(maxTokens, 0, Set.copyOf(MiniModel.tokens().endOfSequence()), Set.of()),
                generated);
    }

    private static Generation submit(
            AnswerGrammar grammar, SamplingParameters sampling, StopConditions stop, TokenIds generated) {
        GoldenCase golden = GoldenCase.all().findFirst().orElseThrow();
        FusedPrompt prompt =
                new FusedPrompt(List.of(new TokenRun(true, golden.promptIds().slice(0, 4))));
        return MODEL.submit(
                new GenerationRequest(
                        "test", prompt, sampling, stop, generated, false, "", null, null, grammar, Share.NOBODYS),
                List.of());
    }

    private static Answer answer(Generation generation) throws InterruptedException {
        TokenIds.Builder ids = TokenIds.builder();
        FinishReason reason = MiniModel.read(generation, ids).reason();
        return new Answer(ids.build(), reason);
    }

    private static boolean isMember(Language language, TokenIds ids) {
        Position position = language.start();
        for (int id : ids.toArray()) {
            position = language.advance(position, id);
        }
        return position.isMember();
    }

    private static int indexOf(int[] ids, int id) {
        int index = 0;
        while (ids[index] != id) {
            index++;
        }
        return index;
    }

    private static String text(TokenIds ids) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ids.stream().forEach(id -> text.writeBytes(BYTES.get(id)));
        return text.toString(StandardCharsets.UTF_8);
    }
}
