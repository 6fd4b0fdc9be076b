package ai.autoglm.proto.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.ImageAccepted;
import ai.autoglm.proto.v1.ImageAnnouncement;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Both ends of a call, over grpc-java's in-process transport, which moves a message only when it was
/// asked for.
class ExchangeTest {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration IMPATIENT = Duration.ofMillis(50);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CompletableFuture<Object> outcome = new CompletableFuture<>();
    private Duration serverPatience = PATIENT;
    private Optional<Server> server = Optional.empty();
    private Optional<ManagedChannel> channel = Optional.empty();

    @AfterEach
    void stop() {
        channel.ifPresent(ManagedChannel::shutdownNow);
        server.ifPresent(Server::shutdownNow);
        threads.shutdownNow();
    }

    @Test
    void messagesArriveInOrderBothWaysAndEnd() {
        try (var call = callTo(ExchangeTest::echoAll)) {
            threads.execute(() -> {
                IntStream.range(0, 100).forEach(i -> call.requests().send(request(i)));
                call.requests().complete();
            });

            for (int i = 0; i < 100; i++) {
                assertThat(call.responses().receive(PATIENT)).contains(response(i));
            }
            assertThat(call.responses().receive(PATIENT)).isEmpty();
            assertThat(call.responses().receive(PATIENT)).isEmpty();
        }
        assertThat(outcome.join()).isEqualTo("done");
    }

    @Test
    void theServersErrorReachesAReader() {
        try (var call = callTo(ignored -> {
            throw new ServingException(ErrorCode.IMAGE_TOO_SMALL, "3 px");
        })) {
            assertThatThrownBy(() -> call.responses().receive(PATIENT)).hasMessage("3 px");
            assertThatThrownBy(() -> call.responses().receive(PATIENT)).hasMessage("3 px");
        }
    }

    @Test
    void theServersErrorReachesAWriterThatWaitsForRoom() {
        try (var call = callTo(server -> {
            server.requests().receive(PATIENT);
            throw new ServingException(ErrorCode.IMAGE_TOO_SMALL, "3 px");
        })) {
            assertThatThrownBy(() -> sendForever(call.requests(), request(1))).hasMessage("3 px");
        }
    }

    @Test
    void aWriterGivesUpOnAPeerThatDoesNotRead() {
        serverPatience = IMPATIENT;
        try (var call = callTo(server -> sendForever(server.responses(), response(1)))) {
            assertThat(codeOf(outcome.join())).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(call.responses().receive(PATIENT)).isPresent();
        }
    }

    @Test
    void aWriterMayLookAfterOtherThingsWhileThereIsNoRoom() {
        CountDownLatch full = new CountDownLatch(1);
        try (var call = callTo(server -> {
            while (server.responses().offer(response(1), IMPATIENT)) {}
            full.countDown();
            server.responses().send(response(2));
            return "done";
        })) {
            full.await();
            Optional<EncodeImageResponse> last = call.responses().receive(PATIENT);
            while (!last.equals(Optional.of(response(2)))) {
                last = call.responses().receive(PATIENT);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(outcome.join()).isEqualTo("done");
    }

    @Test
    void aReaderGivesUpOnAPeerThatDoesNotWrite() {
        try (var call = callTo(server -> server.requests().receive(IMPATIENT))) {
            assertThatThrownBy(() -> call.responses().receive(PATIENT))
                    .hasMessage("The client sent nothing for 50 ms.");
            assertThat(codeOf(outcome.join())).isEqualTo(ErrorCode.TIMEOUT);
        }
    }

    @Test
    void cancellationReachesAWriterThatWaitsForRoom() throws InterruptedException {
        CountDownLatch broken = new CountDownLatch(1);
        try (var call = callTo(server -> {
            server.responses().whenBroken(broken::countDown);
            return sendForever(server.responses(), response(1));
        })) {
            call.responses().receive(PATIENT);
        }
        assertThat(codeOf(outcome.join())).isEqualTo(ErrorCode.CLIENT_CLOSED_REQUEST);
        assertThat(broken.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void cancellationReachesAReader() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        try (var call = callTo(server -> {
            server.requests().receive(PATIENT);
            reading.countDown();
            return server.requests().receive(PATIENT);
        })) {
            call.requests().send(request(1));
            // A call that is cancelled before it reaches the server would tell nothing.
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(codeOf(outcome.join())).isEqualTo(ErrorCode.CLIENT_CLOSED_REQUEST);
    }

    @Test
    void aWriterLearnsThatItsOwnSideHasCancelled() {
        var call = callTo(server -> server.requests().receive(PATIENT));
        call.close();

        ServingException cancelled = catchThrowableOfType(
                ServingException.class, () -> call.requests().send(request(1)));
        assertThat(cancelled.code()).isEqualTo(ErrorCode.CLIENT_CLOSED_REQUEST);
        call.requests().complete();
    }

    /// However its writer and the thread that cancels it meet.
    @Test
    void aWriterThatIsCancelledInMidMessageEndsInOrder() {
        VisionEncoderGrpc.VisionEncoderStub stub = stubTo(ExchangeTest::echoAll);
        for (int round = 0; round < 200; round++) {
            ClientExchange<EncodeImageRequest, EncodeImageResponse> call =
                    ClientExchange.open(stub::encode, "vision encoder", PATIENT);
            var writing = threads.submit(() -> sendForever(call.requests(), request(1)));
            call.responses().receive(PATIENT);
            call.close();

            assertThatThrownBy(writing::get).hasCauseInstanceOf(ServingException.class);
        }
    }

    @Test
    void aDeadlineBreaksTheServersStream() throws InterruptedException {
        CountDownLatch broken = new CountDownLatch(1);
        VisionEncoderGrpc.VisionEncoderStub stub = stubTo(server -> {
            server.responses().whenBroken(broken::countDown);
            return server.requests().receive(PATIENT);
        });
        try (ClientExchange<EncodeImageRequest, EncodeImageResponse> call =
                ClientExchange.open(stub.withDeadlineAfter(2, TimeUnit.SECONDS)::encode, "vision encoder", PATIENT)) {
            ServingException late = catchThrowableOfType(
                    ServingException.class, () -> call.responses().receive(PATIENT));

            assertThat(late.code()).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(late).hasMessage("The vision encoder did not answer in time.");
        }
        assertThat(codeOf(outcome.join())).isEqualTo(ErrorCode.CLIENT_CLOSED_REQUEST);
        assertThat(broken.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aBugDoesNotTellTheClientItsMessage() {
        try (var call = callTo(server -> {
            throw new IllegalStateException("secret");
        })) {
            assertThatThrownBy(() -> call.responses().receive(PATIENT)).hasMessage("The server had an internal error.");
        }
    }

    /// A service whose `encode` runs `story` on a virtual thread and completes unless that throws.
    private VisionEncoderGrpc.VisionEncoderStub stubTo(
            Function<ServerExchange<EncodeImageRequest, EncodeImageResponse>, Object> story) {
        var service = new VisionEncoderGrpc.VisionEncoderImplBase() {
            @Override
            public StreamObserver<EncodeImageRequest> encode(StreamObserver<EncodeImageResponse> responses) {
                var call = ServerExchange.<EncodeImageRequest, EncodeImageResponse>open(responses, serverPatience);
                threads.execute(() -> {
                    try {
                        Object result = story.apply(call);
                        call.responses().complete();
                        outcome.complete(result);
                    } catch (RuntimeException e) {
                        call.responses().fail(e);
                        outcome.complete(e);
                    }
                });
                return call.observer();
            }
        };
        String name = InProcessServerBuilder.generateName();
        try {
            server = Optional.of(InProcessServerBuilder.forName(name)
                    .addService(service)
                    .build()
                    .start());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        ManagedChannel opened = InProcessChannelBuilder.forName(name).build();
        channel = Optional.of(opened);
        return VisionEncoderGrpc.newStub(opened);
    }

    private ClientExchange<EncodeImageRequest, EncodeImageResponse> callTo(
            Function<ServerExchange<EncodeImageRequest, EncodeImageResponse>, Object> story) {
        return ClientExchange.open(stubTo(story)::encode, "vision encoder", PATIENT);
    }

    private static Object echoAll(ServerExchange<EncodeImageRequest, EncodeImageResponse> call) {
        Optional<EncodeImageRequest> next = call.requests().receive(PATIENT);
        while (next.isPresent()) {
            call.responses().send(response(next.get().getImage().getTokenCount()));
            next = call.requests().receive(PATIENT);
        }
        return "done";
    }

    /// Ends only by an exception.
    private static <T> Object sendForever(OutboundStream<T> stream, T message) {
        while (true) {
            stream.send(message);
        }
    }

    private static ErrorCode codeOf(Object thrown) {
        return ((ServingException) thrown).code();
    }

    private static EncodeImageRequest request(int number) {
        return EncodeImageRequest.newBuilder()
                .setImage(ImageAnnouncement.newBuilder().setTokenCount(number))
                .build();
    }

    private static EncodeImageResponse response(int number) {
        return EncodeImageResponse.newBuilder()
                .setAccepted(ImageAccepted.newBuilder().setTokenCount(number))
                .build();
    }
}
