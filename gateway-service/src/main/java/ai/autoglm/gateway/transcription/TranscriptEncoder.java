package ai.autoglm.gateway.transcription;

import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.sse.SseEvents;
import ai.autoglm.gateway.sse.StreamEncoder;
import ai.autoglm.gateway.text.CompletionEvent;

/// Writes a transcription as events: its text piece by piece, then as a whole.
final class TranscriptEncoder implements StreamEncoder {
    private final StringBuilder text = new StringBuilder();

    @Override
    public String start(int choice, Usage usage) {
        return "";
    }

    @Override
    public String encode(int choice, CompletionEvent event, Usage usage) {
        return switch (event) {
            case CompletionEvent.ContentDelta content -> {
                text.append(content.text());
                yield event(new TranscriptEvent.Delta(content.text()));
            }
            case CompletionEvent.PromptTokens _,
                    CompletionEvent.TokensWritten _,
                    CompletionEvent.ReasoningDelta _,
                    CompletionEvent.ToolCallStarted _,
                    CompletionEvent.ToolArgumentsDelta _,
                    CompletionEvent.Finished _ -> "";
        };
    }

    @Override
    public String keepAlive(Usage usage) {
        return event(new TranscriptEvent.Delta(""));
    }

    @Override
    public String finish(Usage usage) {
        return event(new TranscriptEvent.Done(text.toString(), Transcription.TokenUsage.of(usage))) + SseEvents.DONE;
    }

    private static String event(TranscriptEvent event) {
        return SseEvents.data(OpenAiJson.write(event));
    }
}
