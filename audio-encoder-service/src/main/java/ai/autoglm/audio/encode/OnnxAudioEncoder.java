package ai.autoglm.audio.encode;

import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.toolkit.audio.AudioWindows;
import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.util.Map;

/// Runs a bundle's audio-encoder.onnx, the audio tower with its projector, window by window, and keeps of each window
/// the rows that stand for sound. Source: MODEL_SPEC E.1.
public final class OnnxAudioEncoder implements AutoCloseable {
    private final ModelSession session;
    private final int melBinCount;
    private final int framesPerWindow;
    private final int maxTokensPerWindow;
    private final int hiddenSize;
    private final ElementType rowType;

    /// @param session owned by this encoder
    /// @param hiddenSize of the decoder: the width of a row
    /// @param rowType in which rows travel
    public OnnxAudioEncoder(ModelSession session, AudioSpec spec, int hiddenSize, ElementType rowType) {
        this.session = session;
        this.melBinCount = spec.melBinCount();
        this.framesPerWindow = spec.samplingRate() * spec.windowSeconds() / spec.hopLength();
        this.maxTokensPerWindow = spec.maxTokensPerWindow();
        this.hiddenSize = hiddenSize;
        this.rowType = rowType;
    }

    /// Computes the rows of one audio, those of its windows one after the other. One call at a time, on a
    /// platform thread.
    ///
    /// @throws RuntimeException when the engine fails or a row is not finite; the encoder stays usable
    public Embeddings encode(AudioWindows windows) {
        FloatBuffer mel = windows.logMel();
        try (Arena arena = Arena.ofConfined()) {
            Tensor window = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1, melBinCount, framesPerWindow));
            Tensor windowRows = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(maxTokensPerWindow, hiddenSize));
            Tensor rows = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(windows.tokenCount(), hiddenSize));
            int valueCount = melBinCount * framesPerWindow;
            int filled = 0;
            for (int index = 0; index < windows.windowCount(); index++) {
                int tokenCount = windows.tokenCounts().get(index);
                if (tokenCount == 0) {
                    continue; // a last window too short for a token
                }
                window.floats().put(mel.slice(mel.position() + index * valueCount, valueCount));
                session.run(Map.of("log_mel", window), Map.of("audio_embeds", windowRows));
                rows.slice(filled, tokenCount)
                        .data()
                        .copyFrom(windowRows.slice(0, tokenCount).data());
                filled += tokenCount;
            }
            return Embeddings.of(rows, rowType);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
