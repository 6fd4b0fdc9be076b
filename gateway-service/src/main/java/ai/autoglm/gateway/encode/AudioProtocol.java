package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.media.Medium;
import ai.autoglm.proto.v1.AudioAnnouncement;
import ai.autoglm.proto.v1.AudioEncoderGrpc;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.EncodeAudioRequest;
import ai.autoglm.proto.v1.EncodeAudioResponse;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Function;

/// How one audio travels to an audio encoder, which alone can tell how many tokens it has.
record AudioProtocol(AudioAnnouncement audio) implements EncodeProtocol<EncodeAudioRequest, EncodeAudioResponse> {
    static AudioProtocol of(Medium.Audio audio, String bundleId, String requestId) {
        return new AudioProtocol(AudioAnnouncement.newBuilder()
                .setBundleId(bundleId)
                .setRequestId(requestId)
                .setSha256(audio.sha256())
                .setByteCount(audio.bytes().size())
                .setTakesProgress(true)
                .build());
    }

    @Override
    public BackendKind kind() {
        return BackendKind.AUDIO_ENCODER;
    }

    @Override
    public Function<StreamObserver<EncodeAudioResponse>, StreamObserver<EncodeAudioRequest>> encode(Channel channel) {
        return AudioEncoderGrpc.newStub(channel)::encode;
    }

    @Override
    public ByteString sha256() {
        return audio.getSha256();
    }

    @Override
    public long work() {
        return audio.getByteCount();
    }

    @Override
    public EncodeAudioRequest announcement() {
        return EncodeAudioRequest.newBuilder().setAudio(audio).build();
    }

    @Override
    public EncodeAudioRequest chunk(ByteString bytes) {
        return EncodeAudioRequest.newBuilder().setChunk(bytes).build();
    }

    @Override
    public boolean isProgress(EncodeAudioResponse answer) {
        return answer.hasProgress();
    }

    @Override
    public Optional<Acceptance> acceptance(EncodeAudioResponse answer) {
        return answer.hasAccepted()
                ? Optional.of(new Acceptance.Audio(answer.getAccepted().getTokenCount()))
                : Optional.empty();
    }

    @Override
    public Optional<EmbeddingRows> rows(EncodeAudioResponse answer) {
        return answer.hasRows() ? Optional.of(answer.getRows()) : Optional.empty();
    }

    @Override
    public double engineSeconds(EncodeAudioResponse answer) {
        return answer.getEngineSeconds();
    }
}
