package ai.autoglm.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DecoderEndpointTest {
    @Test
    void refusesACallWhileThereIsNoModel() throws IOException {
        String name = InProcessServerBuilder.generateName();
        Server server = InProcessServerBuilder.forName(name)
                .addService(new DecoderEndpoint(starting()))
                .build()
                .start();
        ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
        try (var call = ClientExchange.open(DecoderGrpc.newStub(channel)::generate, "decoder", TestServer.PATIENCE)) {
            ServingException refusal = catchThrowableOfType(ServingException.class, () -> {
                call.requests().send(GenerateRequest.getDefaultInstance());
                call.responses().receive(TestServer.PATIENCE);
            });
            assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
            assertThat(refusal).hasMessage("The decoder is not ready: try again later.");
        } finally {
            channel.shutdownNow();
            server.shutdownNow();
        }
    }

    /// A process that has not come to listen yet.
    @SuppressWarnings("NullAway")
    private static DecoderProcess starting() {
        return new DecoderProcess(TestConfig.defaults(), null, new SimpleMeterRegistry());
    }
}
