package ai.autoglm.gateway.transcription;

import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.BodyAssembler;
import ai.autoglm.gateway.text.CompletionEvent;
import java.time.Duration;
import java.util.Objects;

/// Collects a transcription into one body of the format that was asked for.
final class TranscriptAssembler implements BodyAssembler {
    private final TranscriptionRequest request;
    private final double secondsPerToken;
    private final StringBuilder text = new StringBuilder();

    /// @param secondsPerToken how much of an audio one of its prompt tokens stands for
    TranscriptAssembler(TranscriptionRequest request, double secondsPerToken) {
        this.request = request;
        this.secondsPerToken = secondsPerToken;
    }

    @Override
    public void accept(int choice, CompletionEvent event) {
        switch (event) {
            case CompletionEvent.ContentDelta content -> text.append(content.text());
            case CompletionEvent.PromptTokens _,
                    CompletionEvent.TokensWritten _,
                    CompletionEvent.ReasoningDelta _,
                    CompletionEvent.ToolCallStarted _,
                    CompletionEvent.ToolArgumentsDelta _,
                    CompletionEvent.Finished _ -> {}
        }
    }

    @Override
    public Body finish(Usage usage) {
        double seconds = usage.promptTokensDetails().audioTokens() * secondsPerToken;
        return switch (request.format()) {
            case JSON ->
                Body.json(OpenAiJson.write(new Transcription(text.toString(), Transcription.TokenUsage.of(usage))));
            case TEXT -> plain(text + "\n");
            case SRT -> plain("1\n%s --> %s\n%s\n\n".formatted(timestamp(0, ','), timestamp(seconds, ','), text));
            case VTT ->
                new Body(
                        "text/vtt; charset=utf-8",
                        "WEBVTT\n\n%s --> %s\n%s\n\n".formatted(timestamp(0, '.'), timestamp(seconds, '.'), text));
            case VERBOSE_JSON ->
                Body.json(OpenAiJson.write(VerboseTranscription.of(
                        Objects.requireNonNullElse(request.language(), "unknown"), seconds, text.toString())));
        };
    }

    private static Body plain(String text) {
        return new Body("text/plain; charset=utf-8", text);
    }

    /// @param separator before the milliseconds, in which the two formats differ
    private static String timestamp(double seconds, char separator) {
        Duration time = Duration.ofMillis(Math.round(seconds * 1_000));
        return "%02d:%02d:%02d%c%03d"
                .formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart(), separator, time.toMillisPart());
    }
}
