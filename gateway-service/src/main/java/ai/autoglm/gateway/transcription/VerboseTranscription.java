package ai.autoglm.gateway.transcription;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/// The answer of `POST /v1/audio/transcriptions` as `verbose_json`. The model does not tell when a word
/// was spoken, so there is one segment, which is the whole.
///
/// @param language as the client gave it, else `unknown`
/// @param duration of the audio, in seconds
@JsonPropertyOrder({"task", "language", "duration", "text", "segments", "usage"})
record VerboseTranscription(
        String language, double duration, String text, List<Segment> segments, DurationUsage usage) {
    VerboseTranscription {
        segments = List.copyOf(segments);
    }

    static VerboseTranscription of(String language, double duration, String text) {
        return new VerboseTranscription(
                language, duration, text, List.of(new Segment(0, 0, duration, text)), new DurationUsage((long)
                        Math.ceil(duration)));
    }

    @JsonProperty
    String task() {
        return "transcribe";
    }

    /// @param start in seconds
    /// @param end in seconds
    record Segment(int id, double start, double end, String text) {}

    /// @param seconds rounded up
    @JsonPropertyOrder({"type", "seconds"})
    record DurationUsage(long seconds) {
        @JsonProperty
        String type() {
            return "duration";
        }
    }
}
