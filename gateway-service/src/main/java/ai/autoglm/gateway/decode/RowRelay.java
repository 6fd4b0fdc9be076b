package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.backend.BackendCall;
import ai.autoglm.gateway.encode.EncodedMedium;
import ai.autoglm.gateway.encode.RowStream;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.MediaRows;
import ai.autoglm.toolkit.error.ServingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Carries rows from encoders to a decoder in prompt order, while the decoder already answers. No more
/// than the message in hand is kept: a slow decoder makes the encoders wait.
final class RowRelay implements AutoCloseable {
    private final BackendCall<GenerateRequest, GenerateResponse> call;
    private final Map<Integer, RowStream> streams = new LinkedHashMap<>(); // by segment
    private volatile @Nullable ServingException failure;

    /// @param cachedTokenCount media that lie wholly within these leading tokens need no rows
    RowRelay(FusedPrompt prompt, int cachedTokenCount, BackendCall<GenerateRequest, GenerateResponse> call) {
        this.call = call;
        int position = 0;
        for (int index = 0; index < prompt.segments().size(); index++) {
            FusedPrompt.Segment segment = prompt.segments().get(index);
            position += segment.tokenCount();
            if (segment instanceof FusedPrompt.Segment.Medium(EncodedMedium medium)) {
                if (position > cachedTokenCount) {
                    streams.put(index, medium.rows());
                } else {
                    medium.cancel();
                }
            }
        }
    }

    void start() {
        streams.values().forEach(RowStream::begin);
        Thread.ofVirtual().name("row-relay").start(this::relay);
    }

    /// Why an encoder's rows did not arrive, when that ended the generation.
    Optional<ServingException> failure() {
        return Optional.ofNullable(failure);
    }

    /// Ends what encoders still do for it.
    @Override
    public void close() {
        streams.values().forEach(RowStream::close);
    }

    private void relay() {
        for (Map.Entry<Integer, RowStream> stream : streams.entrySet()) {
            if (!relay(stream.getValue(), stream.getKey())) {
                return;
            }
        }
        call.complete();
    }

    /// @return false when there is no going on
    private boolean relay(RowStream stream, int segmentIndex) {
        Optional<EmbeddingRows> rows = read(stream);
        while (rows.isPresent()) {
            try {
                call.feed(GenerateRequest.newBuilder()
                        .setMediaRows(MediaRows.newBuilder()
                                .setSegmentIndex(segmentIndex)
                                .setRows(rows.get()))
                        .build());
            } catch (ServingException e) {
                // The call is over: its reader has learnt why.
                return false;
            }
            rows = read(stream);
        }
        return failure == null;
    }

    /// A failure ends the call: without these rows it cannot go on.
    private Optional<EmbeddingRows> read(RowStream stream) {
        try {
            return stream.next();
        } catch (ServingException e) {
            failure = e;
            call.close();
            return Optional.empty();
        }
    }
}
