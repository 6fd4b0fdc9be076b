package ai.autoglm.toolkit.bundle;

/// What a decoder is set to take.
///
/// @param slotCount sequences side by side, those that continue included
/// @param resumeSlots how many of them only sequences that continue may have
/// @param chunkRows rows of a prefill run at most
/// @param maxModelLength rows of a sequence at most
public record DecoderLimits(int slotCount, int resumeSlots, int chunkRows, int maxModelLength) {
    /// Where nothing is set and the model takes as much.
    public static final int DEFAULT_MAX_MODEL_LENGTH = 8192;

    /// Most rows of a prefill run whose logits can be asked for: each is a row of the vocabulary's size to compute, to
    /// copy and to read.
    public static final int MAX_LOGITS_ROWS = 8;

    public DecoderLimits {
        if (slotCount < 1 || resumeSlots < 0 || resumeSlots >= slotCount || chunkRows < 1 || maxModelLength < 1) {
            throw new IllegalArgumentException("A decoder of " + slotCount + " sequences, " + resumeSlots
                    + " of them resumed, of " + maxModelLength + " tokens in chunks of " + chunkRows
                    + " takes nothing");
        }
    }

    /// Without slots for sequences that continue.
    public DecoderLimits(int slotCount, int chunkRows, int maxModelLength) {
        this(slotCount, 0, chunkRows, maxModelLength);
    }

    /// As options and settings say it.
    ///
    /// @param maxNumSeqs of `--max-num-seqs`
    /// @param resumeSlots beside those
    public static DecoderLimits of(int maxNumSeqs, int resumeSlots, int chunkRows, int maxModelLength) {
        return new DecoderLimits(maxNumSeqs + resumeSlots, resumeSlots, chunkRows, maxModelLength);
    }
}
