package ai.autoglm.gateway.tokenize;

import ai.autoglm.gateway.encode.EncodedMedia;
import ai.autoglm.gateway.encode.Encoders;
import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.prompt.Prompt;
import ai.autoglm.gateway.prompt.PromptBatch;
import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The token ids of a prompt, media as placeholders. How many an image has stands in its header; an audio
/// is decoded by its encoder, which alone can tell.
@Singleton
final class PromptTokens {
    private final Encoders encoders;

    PromptTokens(Encoders encoders) {
        this.encoders = encoders;
    }

    /// @throws ai.autoglm.toolkit.error.ServingException the audio encoder's refusal
    TokenIds of(LoadedModel model, PromptBatch batch, RequestRecord record) {
        TokenSpec tokens = model.manifest().tokens();
        List<TokenIds> placeholders = batch.media().stream()
                .map(medium -> switch (medium) {
                    case Medium.Image image -> repeated(tokens.image(), image.tokenCount());
                    case Medium.Audio audio -> repeated(tokens.audio(), tokenCount(model, audio, record));
                })
                .toList();
        TokenIds.Builder ids = TokenIds.builder();
        for (Prompt.Segment segment : batch.prompts().getFirst().segments()) {
            switch (segment) {
                case Prompt.Segment.Text(TokenIds text, boolean _) -> ids.append(text);
                case Prompt.Segment.Medium(int index) -> ids.append(placeholders.get(index));
            }
        }
        return ids.build();
    }

    private int tokenCount(LoadedModel model, Medium.Audio audio, RequestRecord record) {
        try (EncodedMedia encoded = encoders.encode(model, List.of(audio), record)) {
            return encoded.media().getFirst().tokenCount();
        }
    }

    /// @param placeholder never null: a medium that the model has no placeholder for is refused as it is loaded
    private static TokenIds repeated(@Nullable Integer placeholder, int count) {
        int[] ids = new int[count];
        Arrays.fill(ids, Objects.requireNonNull(placeholder));
        return TokenIds.of(ids);
    }
}
