package ai.autoglm.gateway.prompt;

import ai.autoglm.gateway.text.AnswerLanguage;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import com.google.protobuf.ByteString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A prompt whose media are only places yet: how many tokens each has is for its encoder to confirm.
///
/// @param prefill what stands in it of the answer already, such as an opened `<answer>` with thinking off
/// @param language to which the answer has to belong; null: any text will do
/// @param routingKey what decides between decoders: the same for all requests of a conversation
public record Prompt(
        List<Segment> segments, TokenIds prefill, @Nullable AnswerLanguage language, ByteString routingKey) {
    public Prompt {
        segments = List.copyOf(segments);
    }

    /// A stretch of the prompt, in prompt order.
    public sealed interface Segment {
        /// @param fused whether these rows pass through the fusion layer
        record Text(TokenIds ids, boolean fused) implements Segment {}

        /// @param index of the medium among those of the request
        record Medium(int index) implements Segment {}
    }
}
