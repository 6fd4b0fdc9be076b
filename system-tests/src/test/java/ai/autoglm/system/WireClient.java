package ai.autoglm.system;

import ai.autoglm.system.WireRecording.Call;
import ai.autoglm.system.WireRecording.Message;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Says to a backend what an earlier release's gateway has said, byte by byte.
final class WireClient implements AutoCloseable {
    private static final int ALL = Integer.MAX_VALUE;
    private static final int PATIENCE_SECONDS = 30;

    private final ManagedChannel channel;

    WireClient(int port) {
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .build();
    }

    /// Makes a call and waits for its end.
    ///
    /// @return what was said, as a recording has it
    Call call(String method, List<ByteString> requests) {
        ClientCall<byte[], byte[]> call = channel.newCall(
                WireServer.method(method), CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS));
        List<Message> messages = new ArrayList<>();
        CompletableFuture<Call> ended = new CompletableFuture<>();
        requests.forEach(request -> messages.add(new Message(true, request)));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] message) {
                        messages.add(new Message(false, ByteString.copyFrom(message)));
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        byte[] detail = Objects.requireNonNullElse(trailers.get(WireServer.ERROR_DETAIL), new byte[0]);
                        ended.complete(
                                new Call(method, messages, status.getCode().value(), ByteString.copyFrom(detail)));
                    }
                },
                new Metadata());
        call.request(ALL);
        requests.forEach(request -> call.sendMessage(request.toByteArray()));
        call.halfClose();
        return ended.join();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
