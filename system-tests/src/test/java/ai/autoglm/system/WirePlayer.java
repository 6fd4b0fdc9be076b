package ai.autoglm.system;

import ai.autoglm.proto.v1.EncodeAudioRequest;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.system.WireRecording.Call;
import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// A backend of an earlier release: answers each call as the first recorded one that began alike was answered. It
/// serves whichever bundle it is told to.
final class WirePlayer implements AutoCloseable {
    private static final int ALL = Integer.MAX_VALUE;

    private final WireRecording recording;
    private final String bundleId;
    private final WireServer server;

    WirePlayer(WireRecording recording, String bundleId) {
        this.recording = recording;
        this.bundleId = bundleId;
        server = new WireServer((call, _) -> {
            call.request(ALL);
            return new Playing(call);
        });
    }

    /// As a gateway's list of backends has it.
    String address() {
        return "127.0.0.1:" + server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    /// The first recorded answer comes with the first message, the others when the client has said all.
    private final class Playing extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> client;
        private final String method;
        private final List<ByteString> heard = new ArrayList<>();

        Playing(ServerCall<byte[], byte[]> client) {
            this.client = client;
            this.method = client.getMethodDescriptor().getFullMethodName();
        }

        @Override
        public void onMessage(byte[] message) {
            heard.add(ByteString.copyFrom(message));
            if (heard.size() == 1 && method.equals(WireMessages.GENERATE)) {
                client.sendHeaders(new Metadata());
                client.sendMessage(answers().getFirst().toByteArray());
            }
        }

        @Override
        public void onHalfClose() {
            Call recorded = recorded();
            Deque<ByteString> answers = answers();
            if (method.equals(WireMessages.GENERATE)) {
                answers.removeFirst();
            } else {
                client.sendHeaders(new Metadata());
            }
            answers.forEach(answer -> client.sendMessage(answer.toByteArray()));
            Metadata trailers = new Metadata();
            if (!recorded.errorDetail().isEmpty()) {
                trailers.put(WireServer.ERROR_DETAIL, recorded.errorDetail().toByteArray());
            }
            client.close(Status.fromCodeValue(recorded.status()), trailers);
        }

        private Deque<ByteString> answers() {
            Deque<ByteString> answers = new ArrayDeque<>();
            for (ByteString answer : recorded().sentByServer()) {
                answers.add(
                        method.endsWith(WireMessages.DESCRIBE)
                                ? WireMessages.descriptionFor(bundleId, answer)
                                : answer);
            }
            return answers;
        }

        private Call recorded() {
            return recording.of(method).stream()
                    .filter(call -> method.endsWith(WireMessages.DESCRIBE)
                            ? call.status() == 0
                            : theme(heard.getFirst())
                                    .equals(theme(call.sentByClient().getFirst())))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("nothing like this was recorded of " + method));
        }

        /// What tells the recorded calls of a method apart: the size of a file, or the prompt without hashes.
        private Object theme(ByteString first) {
            return switch (WireMessages.parse(method, true, first)) {
                case EncodeImageRequest request -> request.getImage().getByteCount();
                case EncodeAudioRequest request -> request.getAudio().getByteCount();
                case GenerateRequest request ->
                    request.getStart().getPromptList().stream()
                            .map(segment -> List.of(
                                    segment.getTokens().getTokenIdsList(),
                                    segment.getMedia().getTokenCount()))
                            .toList();
                default -> throw new AssertionError("calls of " + method + " are all alike");
            };
        }
    }
}
