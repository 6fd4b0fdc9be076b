package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.encode.Acceptance;
import ai.autoglm.gateway.encode.EncodedMedia;
import ai.autoglm.gateway.encode.EncodedMedium;
import ai.autoglm.gateway.prompt.Prompt;
import ai.autoglm.gateway.text.AnswerLanguage;
import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A closed prompt: every token count is known, and the rows of its media are under way.
///
/// @param tokenCount placeholders of media included
/// @param language to which the answer has to belong; null: any text will do
/// @param routingKey what decides between decoders
public record FusedPrompt(
        List<Segment> segments, int tokenCount, @Nullable AnswerLanguage language, ByteString routingKey) {
    public FusedPrompt {
        segments = List.copyOf(segments);
    }

    /// Placeholder tokens of audio among them.
    public int audioTokenCount() {
        return placeholderCount(Acceptance.Audio.class);
    }

    /// Placeholder tokens of images among them.
    public int imageTokenCount() {
        return placeholderCount(Acceptance.Image.class);
    }

    private int placeholderCount(Class<? extends Acceptance> kind) {
        return segments.stream()
                .filter(segment ->
                        segment instanceof Segment.Medium(EncodedMedium medium) && kind.isInstance(medium.acceptance()))
                .mapToInt(Segment::tokenCount)
                .sum();
    }

    /// Of the whole prompt, a placeholder for each row of a medium.
    ///
    /// @param tokens the model's own
    public TokenIds tokenIds(TokenSpec tokens) {
        TokenIds.Builder ids = TokenIds.builder();
        for (Segment segment : segments) {
            switch (segment) {
                case Segment.Text(TokenIds text, boolean _) -> ids.append(text);
                case Segment.Medium(EncodedMedium medium) -> {
                    int placeholder = Objects.requireNonNull(
                            medium.acceptance() instanceof Acceptance.Image ? tokens.image() : tokens.audio());
                    IntStream.range(0, medium.tokenCount()).forEach(_ -> ids.append(placeholder));
                }
            }
        }
        return ids.build();
    }

    /// A stretch of the prompt, in prompt order.
    public sealed interface Segment {
        int tokenCount();

        /// @param fused whether these rows pass through the fusion layer
        record Text(TokenIds ids, boolean fused) implements Segment {
            @Override
            public int tokenCount() {
                return ids.size();
            }
        }

        record Medium(EncodedMedium medium) implements Segment {
            @Override
            public int tokenCount() {
                return medium.tokenCount();
            }
        }
    }

    /// Puts the media into their places.
    public static FusedPrompt of(Prompt prompt, EncodedMedia encoded) {
        List<Segment> segments = prompt.segments().stream()
                .map(segment -> switch (segment) {
                    case Prompt.Segment.Text(TokenIds ids, boolean fused) -> (Segment) new Segment.Text(ids, fused);
                    case Prompt.Segment.Medium(int index) ->
                        new Segment.Medium(encoded.media().get(index));
                })
                .toList();
        int tokenCount = segments.stream().mapToInt(Segment::tokenCount).reduce(0, Math::addExact);
        return new FusedPrompt(segments, tokenCount, prompt.language(), prompt.routingKey());
    }
}
