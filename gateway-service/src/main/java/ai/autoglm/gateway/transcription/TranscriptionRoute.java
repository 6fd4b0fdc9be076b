package ai.autoglm.gateway.transcription;

import ai.autoglm.gateway.ChatConfig;
import ai.autoglm.gateway.http.Endpoint;
import ai.autoglm.gateway.http.Exchange;
import ai.autoglm.gateway.http.GenerationRoute;
import ai.autoglm.gateway.http.Operation;
import ai.autoglm.gateway.http.Operation.Body;
import ai.autoglm.gateway.http.Route;
import jakarta.inject.Singleton;
import java.util.List;

/// `POST /v1/audio/transcriptions`.
@Singleton
final class TranscriptionRoute implements Endpoint {
    /// What a form may have beside its file.
    private static final long FORM_BYTES = 256 * 1024;

    private final GenerationRoute generations;
    private final Transcriber transcriber;
    private final long maxBodyBytes;

    TranscriptionRoute(GenerationRoute generations, Transcriber transcriber, ChatConfig config) {
        this.generations = generations;
        this.transcriber = transcriber;
        this.maxBodyBytes = config.maxAudioSize().asLongValue() + FORM_BYTES;
    }

    @Override
    public List<Route> routes() {
        Operation operation = Operation.of(
                        "createTranscription",
                        "The words of an audio file",
                        "Audio",
                        Body.json(Transcription.class),
                        Body.json(VerboseTranscription.class),
                        Body.text("text/plain"),
                        Body.text("text/vtt"),
                        Body.events(TranscriptEvent.class))
                .taking(Body.read("multipart/form-data", "TranscriptionRequest"));
        return List.of(Route.post("/v1/audio/transcriptions", operation, (exchange, _) -> answer(exchange)));
    }

    private void answer(Exchange exchange) {
        generations.answerForm(exchange, maxBodyBytes, transcriber::answer);
    }
}
