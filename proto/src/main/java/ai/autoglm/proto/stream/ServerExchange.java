package ai.autoglm.proto.stream;

import ai.autoglm.toolkit.error.ServingException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/// One bidirectional call at the server. A service method opens it, hands it to a virtual thread and
/// returns [#observer]:
/// ```java
/// ServerExchange<Request, Response> call = ServerExchange.open(responses, patience);
/// threads.execute(() -> answer(call));
/// return call.observer();
/// ```
///
/// @param <I> type of the client's messages
/// @param <O> type of the server's messages
/// @param observer what the service method returns to gRPC
public record ServerExchange<I, O>(InboundStream<I> requests, OutboundStream<O> responses, StreamObserver<I> observer) {
    private static final String PEER = "client";

    /// To be called within the service method: gRPC takes handlers only before that returns.
    ///
    /// @param patience how long the client may leave an answer unread
    public static <I, O> ServerExchange<I, O> open(StreamObserver<O> responses, Duration patience) {
        ServerCallStreamObserver<O> call = (ServerCallStreamObserver<O>) responses;
        call.disableAutoRequest();
        OutboundStream<O> outbound = new OutboundStream<>(call, PEER, patience);
        call.setOnCancelHandler(() -> outbound.breakOff(ServingException.cancelled()));
        InboundStream<I> inbound = new InboundStream<>(call, PEER);
        call.request(InboundStream.READ_AHEAD);
        return new ServerExchange<>(inbound, outbound, inbound.observer());
    }

    /// Fails a call that nobody is there to answer, also to be called within the service method.
    ///
    /// @return what the service method returns to gRPC
    public static <I, O> StreamObserver<I> refuse(StreamObserver<O> responses, ServingException reason) {
        ServerExchange<I, O> refused = open(responses, Duration.ZERO);
        refused.responses().fail(reason);
        return refused.observer();
    }
}
