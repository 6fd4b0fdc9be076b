package ai.autoglm.gateway.testing;

import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.proto.stream.ServerExchange;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A decoder that does what a test's script says.
public final class FakeDecoder {
    public static final int MAX_MODEL_LEN = 8_192;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// What happens in one generation. An exception ends the call with that error.
    public interface Script {
        void run(FakeGeneration generation);
    }

    private final FakeServer server = new FakeServer(new Service());
    private final List<GenerateStart> starts = new CopyOnWriteArrayList<>();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final FakeDescription description = new FakeDescription("decoder");
    private volatile Script script = FakeGeneration.says("ok");

    /// As a list of backends has it.
    public String address() {
        return "127.0.0.1:" + port();
    }

    public int port() {
        return server.port();
    }

    public void start() {
        server.start();
    }

    public void stop() {
        server.stop();
    }

    public void follow(Script next) {
        script = next;
    }

    /// What it says of itself.
    public FakeDescription description() {
        return description;
    }

    /// What the gateway has asked for since the last [#reset], in order.
    public List<GenerateStart> starts() {
        return starts;
    }

    /// Generations that the gateway gave up.
    public int cancelledCount() {
        return cancelled.get();
    }

    /// Generations whose script still runs.
    public int runningCount() {
        return running.get();
    }

    public void reset() {
        description.reset();
        script = FakeGeneration.says("ok");
        starts.clear();
        cancelled.set(0);
    }

    private final class Service extends DecoderGrpc.DecoderImplBase {
        @Override
        public void describe(DescribeRequest request, StreamObserver<DescribeResponse> responses) {
            description.answer(responses);
        }

        @Override
        public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> responses) {
            ServerExchange<GenerateRequest, GenerateResponse> call = ServerExchange.open(responses, PATIENCE);
            call.responses().whenBroken(cancelled::incrementAndGet);
            Thread.ofVirtual().start(() -> run(call));
            return call.observer();
        }

        private void run(ServerExchange<GenerateRequest, GenerateResponse> call) {
            running.incrementAndGet();
            try {
                GenerateStart start =
                        call.requests().receive(PATIENCE).orElseThrow().getStart();
                starts.add(start);
                script.run(new FakeGeneration(start, call));
                call.responses().complete();
            } catch (ServingException e) {
                call.responses().fail(WireErrors.toStatus(e));
            } finally {
                running.decrementAndGet();
            }
        }
    }
}
