package ai.autoglm.system;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a gateway and its backends have said to each other, byte by byte: how a release is compared with its
/// neighbours.
///
/// @param calls in the order in which they began
record WireRecording(List<Call> calls) {
    WireRecording {
        calls = List.copyOf(calls);
    }

    /// One gRPC call.
    ///
    /// @param method such as `autoglm.v1.Decoder/Generate`
    /// @param status gRPC's status code, 0 where the call succeeded
    /// @param errorDetail the trailer of a failed call; empty where there was none
    record Call(String method, List<Message> messages, int status, ByteString errorDetail) {
        Call {
            messages = List.copyOf(messages);
        }

        @Override
        public String toString() {
            return method + " with status " + status;
        }

        List<ByteString> sentByClient() {
            return messages.stream()
                    .filter(Message::fromClient)
                    .map(Message::bytes)
                    .toList();
        }

        List<ByteString> sentByServer() {
            return messages.stream()
                    .filter(message -> !message.fromClient())
                    .map(Message::bytes)
                    .toList();
        }
    }

    record Message(boolean fromClient, ByteString bytes) {}

    /// The calls of one method.
    List<Call> of(String method) {
        return calls.stream().filter(call -> call.method().equals(method)).toList();
    }

    static WireRecording read(Path file) {
        try (DataInputStream input = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            List<Call> calls = new ArrayList<>();
            int callCount = input.readInt();
            for (int call = 0; call < callCount; call++) {
                String method = input.readUTF();
                List<Message> messages = new ArrayList<>();
                int messageCount = input.readInt();
                for (int message = 0; message < messageCount; message++) {
                    messages.add(new Message(input.readBoolean(), bytes(input)));
                }
                calls.add(new Call(method, messages, input.readInt(), bytes(input)));
            }
            return new WireRecording(calls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(Path file) {
        try (DataOutputStream output = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            output.writeInt(calls.size());
            for (Call call : calls) {
                output.writeUTF(call.method());
                output.writeInt(call.messages().size());
                for (Message message : call.messages()) {
                    output.writeBoolean(message.fromClient());
                    write(message.bytes(), output);
                }
                output.writeInt(call.status());
                write(call.errorDetail(), output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteString bytes(DataInputStream input) throws IOException {
        return ByteString.copyFrom(input.readNBytes(input.readInt()));
    }

    private static void write(ByteString bytes, DataOutputStream output) throws IOException {
        output.writeInt(bytes.size());
        bytes.writeTo(output);
    }
}
