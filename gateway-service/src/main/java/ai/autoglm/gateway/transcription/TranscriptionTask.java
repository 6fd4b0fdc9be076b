package ai.autoglm.gateway.transcription;

import ai.autoglm.gateway.openai.AnswerBeginning;
import ai.autoglm.gateway.openai.ChatMessage;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.ContentPart;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.SamplingOptions;
import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.ThinkingOptions;
import ai.autoglm.gateway.openai.TokenForm;
import ai.autoglm.gateway.openai.ToolUse;
import java.util.List;

/// A transcription as the model knows it: a user sends speech and asks for its words, and the model
/// answers without thinking first. Source: models/autoglm-phone-mini, golden case `speech-over-one-window`.
final class TranscriptionTask {
    /// Where the audio stood in the request.
    static final String PARAM = "file";

    private static final String INSTRUCTION = "Transcribe the audio";
    private static final String CHINESE_INSTRUCTION = "把语音转成文字";

    private TranscriptionTask() {}

    static ChatRequest conversation(TranscriptionRequest request) {
        String instruction = "zh".equals(request.language()) ? CHINESE_INSTRUCTION : INSTRUCTION;
        String text = request.hint() == null ? instruction : instruction + "\n" + request.hint();
        ChatMessage message =
                new ChatMessage.UserMessage(List.of(new ContentPart.Audio("", PARAM), new ContentPart.Text(text)));
        GenerationOptions generation = new GenerationOptions(
                1,
                SamplingOptions.DEFAULTS.withTemperature(request.temperature()),
                StopOptions.NONE,
                null,
                null,
                null,
                TokenForm.TEXT);
        return new ChatRequest(
                List.of(message),
                AnswerBeginning.NEW,
                ToolUse.NONE,
                null,
                generation,
                new ThinkingOptions(false, false),
                new StreamOptions(request.stream(), false, false));
    }
}
