package ai.autoglm.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;

/// How long the steps of a stage take, as measured, in a JSON file below `benchmarks/step-times`.
///
/// @param source what was measured, how
/// @param decodeMillis one token of each sequence, by batch size; between two sizes on the line through them
/// @param prefillMillisPerToken of a chunk
/// @param prefillMillisPerChunk beside its tokens
/// @param imageMillis of the vision encoder, for one screenshot
record StepTimes(
        String source,
        NavigableMap<Integer, Double> decodeMillis,
        double prefillMillisPerToken,
        double prefillMillisPerChunk,
        double imageMillis) {
    StepTimes {
        if (decodeMillis.isEmpty()) {
            throw new IllegalArgumentException("decodeMillis has no batch size");
        }
    }

    static StepTimes read(Path file) {
        try {
            return new JsonMapper().readValue(file.toFile(), StepTimes.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Milliseconds of a decode step of so many sequences. Beyond the sizes measured it goes on as the last two.
    double decode(int batch) {
        Map.Entry<Integer, Double> below = decodeMillis.floorEntry(batch);
        Map.Entry<Integer, Double> above = decodeMillis.higherEntry(batch);
        if (below == null) {
            return decodeMillis.firstEntry().getValue();
        }
        if (above == null) {
            above = below;
            below = decodeMillis.lowerEntry(above.getKey());
            if (below == null) {
                return above.getValue();
            }
        }
        double slope = (above.getValue() - below.getValue()) / (above.getKey() - below.getKey());
        return below.getValue() + slope * (batch - below.getKey());
    }

    /// Milliseconds of a prefill chunk of so many tokens.
    double prefill(int tokens) {
        return prefillMillisPerChunk + prefillMillisPerToken * tokens;
    }
}
