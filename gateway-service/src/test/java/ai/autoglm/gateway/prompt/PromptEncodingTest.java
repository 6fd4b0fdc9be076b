package ai.autoglm.gateway.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.openai.ChatMessage.UserMessage;
import ai.autoglm.gateway.openai.ContentPart;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.EncodingWatch;
import io.grpc.Context;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PromptEncodingTest {
    private static final LoadedModel MODEL = LoadedModel.open("autoglm-phone-9b", Set.of(), TestBundle.create());
    private static final int MAX_TOKENS = MODEL.manifest().decoder().maxPositions();
    private static final int TOLD = 4_096;

    private final PromptEncoding encoding = new PromptEncoding(_ -> TOLD, Duration.ofMillis(50));

    @Test
    void encodesWhatTheContextHolds() {
        assertThat(encoding.encode(MODEL, "some words"))
                .isEqualTo(MODEL.tokenizer().encodeText("some words"));
    }

    /// One word of the text would be refused as such, had anything of it been read.
    @Test
    void readsNothingOfATextWithMoreBytesThanAllTokensOfTheContext() {
        String text = "a".repeat(MAX_TOKENS * MODEL.tokenizer().longestTokenBytes() + 1);

        assertThat(text).hasSizeGreaterThan(PromptEncoding.MAX_CHARS);
        assertTooLong(() -> encoding.encode(MODEL, text));
        assertTooLong(() -> encoding.watch(MODEL, List.of(new UserMessage(List.of(new ContentPart.Text(text))))));
    }

    @Test
    void readsATextNoFurtherThanToTheTokensOfTheContext() {
        assertTooLong(() -> encoding.encode(MODEL, "1 ".repeat(MAX_TOKENS)));
    }

    @Test
    void readsNoWordWithoutBounds() {
        assertRefused(() -> encoding.encode(MODEL, "a".repeat(PromptEncoding.MAX_CHARS + 1)), ErrorCode.INVALID_VALUE);
    }

    @Test
    void waitsOnlySoLongForOthers() {
        EncodingWatch first = watch();
        EncodingWatch second = watch();
        first.begin(PromptEncoding.MAX_CHARS);

        assertRefused(() -> second.begin(1), ErrorCode.OVERLOADED);

        first.end(PromptEncoding.MAX_CHARS, 1);
        second.begin(1);
    }

    @Test
    void readsOnForNobodyWhoLeft() {
        Context.CancellableContext left = Context.ROOT.withCancellation();
        left.cancel(null);

        assertRefused(() -> left.run(() -> encoding.encode(MODEL, "some words")), ErrorCode.CLIENT_CLOSED_REQUEST);
    }

    private EncodingWatch watch() {
        return encoding.watch(MODEL, List.of());
    }

    private static void assertTooLong(ThrowingCallable encoding) {
        assertThatThrownBy(encoding).isInstanceOfSatisfying(ServingException.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
            assertThat(failure.message())
                    .startsWith("This model's maximum context length is 4096 tokens. However, you requested more than "
                            + MAX_TOKENS + " tokens")
                    .endsWith("exceeds the context window.");
        });
    }

    private static void assertRefused(ThrowingCallable encoding, ErrorCode code) {
        assertThatThrownBy(encoding)
                .isInstanceOfSatisfying(
                        ServingException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }
}
