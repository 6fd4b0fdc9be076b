package ai.autoglm.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A process whose calls end when the test says so.
class BackendProcessTest {
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final SlowProcess process = new SlowProcess();

    @Test
    void saysThatItEndsAsLongAsItFinishesWhatItHas() throws InterruptedException {
        assertThatThrownBy(this::state).extracting(BackendProcessTest::code).isEqualTo(ErrorCode.OVERLOADED);
        process.start(new StartupEvent());
        assertThat(state()).isEqualTo(DescribeResponse.State.STATE_SERVING);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(this::stop);
        stopping.await();

        assertThat(state()).isEqualTo(DescribeResponse.State.STATE_DRAINING);
        assertThat(process.isServing()).isFalse();
        assertThatThrownBy(process::calls)
                .as("new calls")
                .extracting(BackendProcessTest::code)
                .isEqualTo(ErrorCode.OVERLOADED);

        finished.countDown();
        stopped.join();
        assertThatThrownBy(this::state).extracting(BackendProcessTest::code).isEqualTo(ErrorCode.OVERLOADED);
    }

    private void stop() {
        try {
            process.stop(new ShutdownEvent());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// As the process describes itself.
    private DescribeResponse.State state() {
        CompletableFuture<DescribeResponse> answer = new CompletableFuture<>();
        process.describe(new StreamObserver<>() {
            @Override
            public void onNext(DescribeResponse response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(WireErrors.fromStatus(failure, "backend"));
            }

            @Override
            public void onCompleted() {}
        });
        return answer.join().getState();
    }

    private static ErrorCode code(Throwable error) {
        Throwable cause = error instanceof ServingException || error.getCause() == null ? error : error.getCause();
        return ((ServingException) cause).code();
    }

    private final class SlowProcess extends BackendProcess<Calls> {
        SlowProcess() {
            super(
                    new BackendName("some-encoder", "autoglm.v1.SomeEncoder"),
                    EncoderConfigTest.config(Map.of("shutdown-delay", "0s")),
                    new Listener(),
                    new SimpleMeterRegistry());
        }

        @Override
        protected Calls open(Engine engine, MeterRegistry meters, Tracing tracing) {
            return new Calls();
        }
    }

    private final class Calls implements BackendCalls {
        private volatile DescribeResponse.State state = DescribeResponse.State.STATE_SERVING;

        @Override
        public DescribeResponse describe() {
            return DescribeResponse.newBuilder().setState(state).build();
        }

        @Override
        public void drain() {
            state = DescribeResponse.State.STATE_DRAINING;
        }

        @Override
        public void stop(Duration grace) {
            stopping.countDown();
            try {
                finished.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private record NoServer(int getPort, boolean isSeparateServer) implements GrpcServer {}

    private static final class Listener extends BackendListener {
        Listener() {
            super(new NoServer(0, true), new GrpcHealthStorage(), "127.0.0.1", 0);
        }
    }
}
