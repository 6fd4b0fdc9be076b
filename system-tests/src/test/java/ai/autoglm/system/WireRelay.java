package ai.autoglm.system;

import ai.autoglm.system.WireRecording.Call;
import ai.autoglm.system.WireRecording.Message;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Stands between a gateway and one of its backends, passes everything on and writes it down.
final class WireRelay implements AutoCloseable {
    private static final int ALL = Integer.MAX_VALUE;

    private final ManagedChannel backend;
    private final WireServer server;
    private final List<Relayed> calls = new CopyOnWriteArrayList<>();

    WireRelay(int backendPort) {
        backend = ManagedChannelBuilder.forAddress("127.0.0.1", backendPort)
                .usePlaintext()
                .build();
        server = new WireServer((call, _) -> relay(call));
    }

    int port() {
        return server.port();
    }

    /// All calls that have ended.
    List<Call> calls() {
        return calls.stream()
                .filter(call -> call.ended != null)
                .map(call -> Objects.requireNonNull(call.ended))
                .toList();
    }

    @Override
    public void close() {
        server.close();
        backend.shutdownNow();
    }

    private ServerCall.Listener<byte[]> relay(ServerCall<byte[], byte[]> client) {
        Relayed relayed = new Relayed(client, backend);
        calls.add(relayed);
        return relayed;
    }

    private static final class Relayed extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> client;
        private final ClientCall<byte[], byte[]> onward;
        private final List<Message> messages = new ArrayList<>();
        private volatile @Nullable Call ended;

        Relayed(ServerCall<byte[], byte[]> client, ManagedChannel backend) {
            this.client = client;
            String method = client.getMethodDescriptor().getFullMethodName();
            onward = backend.newCall(WireServer.method(method), CallOptions.DEFAULT);
            onward.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onHeaders(Metadata headers) {
                            client.sendHeaders(headers);
                        }

                        @Override
                        public void onMessage(byte[] message) {
                            note(false, message);
                            client.sendMessage(message);
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            end(status, trailers);
                            client.close(status, trailers);
                        }
                    },
                    new Metadata());
            onward.request(ALL);
            client.request(ALL);
        }

        @Override
        public void onMessage(byte[] message) {
            note(true, message);
            onward.sendMessage(message);
        }

        @Override
        public void onHalfClose() {
            onward.halfClose();
        }

        @Override
        public void onCancel() {
            onward.cancel("the client left", null);
        }

        private synchronized void note(boolean fromClient, byte[] message) {
            messages.add(new Message(fromClient, ByteString.copyFrom(message)));
        }

        private synchronized void end(Status status, Metadata trailers) {
            byte[] detail = trailers.get(WireServer.ERROR_DETAIL);
            ended = new Call(
                    client.getMethodDescriptor().getFullMethodName(),
                    messages,
                    status.getCode().value(),
                    detail == null ? ByteString.EMPTY : ByteString.copyFrom(detail));
        }
    }
}
