package ai.autoglm.decoder.sampling;

import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.Arrays;
import java.util.BitSet;

/// Which tokens a sequence holds, as the penalties need it. Owned by the decode-loop thread.
public final class TokenHistory {
    private final BitSet present = new BitSet(); // of token ids, prompt and generated
    private final BitSet generated = new BitSet(); // of token ids
    private final int[] generatedCounts; // [vocabulary]
    private int[] generatedIds = new int[64]; // grows
    private int generatedCount;

    /// The history of a sequence that has generated nothing yet.
    public TokenHistory(int vocabularySize, TokenIds prompt) {
        generatedCounts = new int[vocabularySize];
        prompt.stream().forEach(present::set);
    }

    /// Counts a generated token.
    public void append(int tokenId) {
        present.set(tokenId);
        generated.set(tokenId);
        generatedCounts[tokenId]++;
        if (generatedCount == generatedIds.length) {
            generatedIds = Arrays.copyOf(generatedIds, 2 * generatedCount);
        }
        generatedIds[generatedCount++] = tokenId;
    }

    /// How many tokens were generated: also the index of the next one.
    public int generatedCount() {
        return generatedCount;
    }

    /// Whether the last generated tokens are those of a sequence up to its last but one.
    boolean endsInAllButLastOf(TokenIds sequence) {
        int length = sequence.size() - 1;
        if (length > generatedCount) {
            return false;
        }
        for (int index = 0; index < length; index++) {
            if (generatedIds[generatedCount - length + index] != sequence.at(index)) {
                return false;
            }
        }
        return true;
    }

    /// Applies all three penalties. Source: MODEL_SPEC H.
    void penalize(float[] logits, SamplingParameters parameters) {
        float repetition = parameters.repetitionPenalty();
        if (repetition != 1) {
            for (int id = present.nextSetBit(0); id >= 0; id = present.nextSetBit(id + 1)) {
                logits[id] = logits[id] > 0 ? logits[id] / repetition : logits[id] * repetition;
            }
        }
        float presence = parameters.presencePenalty();
        float frequency = parameters.frequencyPenalty();
        if (presence != 0 || frequency != 0) {
            for (int id = generated.nextSetBit(0); id >= 0; id = generated.nextSetBit(id + 1)) {
                logits[id] -= presence + frequency * generatedCounts[id];
            }
        }
    }
}
