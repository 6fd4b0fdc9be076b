package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.encode.EncodedMedium;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.stream.OutboundStream;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.MediaRows;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Carries rows from encoders to a decoder in prompt order, while the decoder already answers. No more
/// than the message in hand is kept: a slow decoder makes the encoders wait.
final class RowRelay {
    private final FusedPrompt prompt;
    private final int cachedTokenCount;
    private final ClientExchange<GenerateRequest, GenerateResponse> call;
    private volatile @Nullable ServingException failure;

    /// @param cachedTokenCount media that lie wholly within these leading tokens need no rows
    RowRelay(FusedPrompt prompt, int cachedTokenCount, ClientExchange<GenerateRequest, GenerateResponse> call) {
        this.prompt = prompt;
        this.cachedTokenCount = cachedTokenCount;
        this.call = call;
    }

    void start() {
        Thread.ofVirtual().name("row-relay").start(this::relay);
    }

    /// Why rows did not arrive, when that ended the generation.
    Optional<ServingException> failure() {
        return Optional.ofNullable(failure);
    }

    private void relay() {
        try {
            int position = 0;
            for (int index = 0; index < prompt.segments().size(); index++) {
                FusedPrompt.Segment segment = prompt.segments().get(index);
                position += segment.tokenCount();
                if (segment instanceof FusedPrompt.Segment.Medium(EncodedMedium medium)) {
                    if (position > cachedTokenCount) {
                        relay(medium, index);
                    } else {
                        medium.cancel();
                    }
                }
            }
            call.requests().complete();
        } catch (ServingException e) {
            failure = e;
            call.close();
        }
    }

    private void relay(EncodedMedium medium, int segmentIndex) {
        OutboundStream<GenerateRequest> requests = call.requests();
        Optional<EmbeddingRows> rows = medium.nextRows();
        while (rows.isPresent()) {
            requests.send(GenerateRequest.newBuilder()
                    .setMediaRows(
                            MediaRows.newBuilder().setSegmentIndex(segmentIndex).setRows(rows.get()))
                    .build());
            rows = medium.nextRows();
        }
    }
}
