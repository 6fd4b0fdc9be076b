package ai.autoglm.gateway.prompt;

import ai.autoglm.gateway.error.ContextLength;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.openai.ChatMessage;
import ai.autoglm.gateway.openai.ContentPart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.EncodingWatch;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import io.grpc.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/// Bounds what turning text into tokens takes, which is hundreds of bytes and some microseconds for each byte: a text
/// that no context holds is not read to its end, and only so much is read at once.
@Singleton
public final class PromptEncoding {
    /// Of one word without a place to cut, and of all that is encoded at once.
    static final int MAX_CHARS = 1 << 20;

    private final ToIntFunction<LoadedModel> maxModelLength;
    private final Duration patience;
    private final Semaphore chars = new Semaphore(MAX_CHARS);

    @Inject
    PromptEncoding(Models models) {
        this(model -> models.served(model).maxModelLength(), Duration.ofSeconds(10));
    }

    /// @param maxModelLength that clients are told
    /// @param patience with others that encode
    PromptEncoding(ToIntFunction<LoadedModel> maxModelLength, Duration patience) {
        this.maxModelLength = maxModelLength;
        this.patience = patience;
    }

    /// For the prompt of one conversation.
    ///
    /// @throws ServingException CONTEXT_LENGTH_EXCEEDED when it has more bytes than the tokens of a context
    public EncodingWatch watch(LoadedModel model, List<ChatMessage> messages) {
        long bytes = messages.stream()
                .flatMap(message -> message.content().stream())
                .mapToLong(part -> part instanceof ContentPart.Text(String text) ? utf8Length(text) : 0)
                .sum();
        return watch(model, bytes);
    }

    /// Encodes a raw prompt.
    ///
    /// @throws ServingException CONTEXT_LENGTH_EXCEEDED when it has more tokens than a context, OVERLOADED when too
    ///     much is encoded at once, INVALID_VALUE when a word of it is too long, CLIENT_CLOSED_REQUEST
    public TokenIds encode(LoadedModel model, String text) {
        return model.tokenizer().encodeText(text, watch(model, utf8Length(text)));
    }

    private EncodingWatch watch(LoadedModel model, long bytes) {
        int maxTokens = model.manifest().decoder().maxPositions();
        if (bytes > (long) maxTokens * model.tokenizer().longestTokenBytes()) {
            throw tooLong(model, maxTokens);
        }
        return new Watch(model, maxTokens);
    }

    private ServingException tooLong(LoadedModel model, int maxTokens) {
        return ContextLength.exceededByFar(maxModelLength.applyAsInt(model), maxTokens);
    }

    /// A lower bound where surrogates have no partner.
    private static long utf8Length(String text) {
        long length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return length;
    }

    /// Of one prompt, for one thread.
    private final class Watch implements EncodingWatch {
        private final LoadedModel model;
        private final int maxTokens;
        private long tokenCount;

        Watch(LoadedModel model, int maxTokens) {
            this.model = model;
            this.maxTokens = maxTokens;
        }

        @Override
        public void begin(int charCount) {
            if (charCount > MAX_CHARS) {
                throw new ServingException(
                        ErrorCode.INVALID_VALUE,
                        "The text has %d characters without a space or a mark; at most %d are read as one word."
                                .formatted(charCount, MAX_CHARS));
            }
            if (Context.current().isCancelled()) {
                throw ServingException.cancelled();
            }
            try {
                if (!chars.tryAcquire(charCount, patience.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new ServingException(
                            ErrorCode.OVERLOADED,
                            "The server is reading the prompts of too many requests at once. Try again soon.");
                }
            } catch (InterruptedException e) {
                throw ServingException.interrupted(e);
            }
        }

        @Override
        public void end(int charCount, int newTokens) {
            chars.release(charCount);
            tokenCount += newTokens;
            if (tokenCount > maxTokens) {
                throw tooLong(model, maxTokens);
            }
        }
    }
}
