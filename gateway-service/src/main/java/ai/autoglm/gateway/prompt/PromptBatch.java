package ai.autoglm.gateway.prompt;

import ai.autoglm.gateway.media.Medium;
import java.util.List;

/// All prompts of one request.
///
/// @param media of the request, to which the prompts' places point; only a single prompt may have any
public record PromptBatch(List<Prompt> prompts, List<Medium> media) {
    public PromptBatch {
        prompts = List.copyOf(prompts);
        media = List.copyOf(media);
        if (prompts.size() != 1 && !media.isEmpty()) {
            throw new IllegalArgumentException("media belong to a single prompt");
        }
    }
}
