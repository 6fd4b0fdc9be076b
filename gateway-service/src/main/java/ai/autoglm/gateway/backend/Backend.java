package ai.autoglm.gateway.backend;

import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// One backend process and the connection to it. On each new connection it is asked to describe itself,
/// and takes part only once it has answered that it serves our bundle.
///
/// | state        | event                        | next         |
/// |--------------|------------------------------|--------------|
/// | disconnected | connected, describes itself  | ready        |
/// | disconnected | connected, wrong bundle      | unusable     |
/// | ready        | connection lost              | disconnected |
/// | unusable     | connection lost              | disconnected |
public final class Backend implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Backend.class);
    private static final long DESCRIBE_TIMEOUT_SECONDS = 5;
    /// The shortest that gRPC allows. It finds machines that vanish without ending their connections.
    private static final long PING_INTERVAL_SECONDS = 10;
    private static final long PING_TIMEOUT_SECONDS = 5;

    sealed interface State {
        record Disconnected() implements State {}

        record Ready(BackendDescription description) implements State {}

        record Unusable(ServingException reason) implements State {}
    }

    private final BackendKind kind;
    private final BackendAddress address;
    private final String bundleId;
    private final Runnable onChange;
    private final ManagedChannel channel;
    private volatile State state = new State.Disconnected();

    Backend(
            BackendKind kind,
            BackendAddress address,
            String bundleId,
            BackendsConfig config,
            ChannelSecurity security,
            Runnable onChange) {
        this.kind = kind;
        this.address = address;
        this.bundleId = bundleId;
        this.onChange = onChange;
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.host(), address.port())
                .keepAliveTime(PING_INTERVAL_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(true)
                .proxyDetector(_ -> null)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        config.connectTimeout().toMillis());
        security.protect(builder, kind);
        this.channel = builder.build();
        follow(channel.getState(true));
    }

    /// To open calls on.
    public Channel channel() {
        return channel;
    }

    public BackendAddress address() {
        return address;
    }

    /// What the backend said on this connection. Only for a backend that a [BackendPool] has chosen.
    public BackendDescription description() {
        return switch (state) {
            case State.Ready(BackendDescription description) -> description;
            case State.Unusable(ServingException reason) -> throw reason;
            case State.Disconnected() -> throw BackendPool.unavailable(kind);
        };
    }

    State state() {
        return state;
    }

    /// Tries a lost connection again at once instead of after gRPC's growing pauses, and asks a
    /// connected backend again that has not described itself.
    void reconnect() {
        switch (channel.getState(true)) {
            case TRANSIENT_FAILURE -> channel.resetConnectBackoff();
            case READY -> {
                if (state instanceof State.Disconnected) {
                    describe();
                }
            }
            case IDLE, CONNECTING, SHUTDOWN -> {}
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private void follow(ConnectivityState connectivity) {
        switch (connectivity) {
            case READY -> describe();
            case IDLE, CONNECTING, TRANSIENT_FAILURE -> become(new State.Disconnected());
            case SHUTDOWN -> {
                return;
            }
        }
        channel.notifyWhenStateChanged(connectivity, () -> follow(channel.getState(true)));
    }

    private void describe() {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(DESCRIBE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        ClientCalls.asyncUnaryCall(
                channel.newCall(kind.describe(), options),
                DescribeRequest.getDefaultInstance(),
                new StreamObserver<DescribeResponse>() {
                    @Override
                    public void onNext(DescribeResponse response) {
                        if (channel.getState(false) == ConnectivityState.READY) {
                            become(judge(response));
                        }
                    }

                    @Override
                    public void onError(Throwable failure) {
                        LOG.debugf("The %s at %s does not describe itself: %s", kind.label(), address, failure);
                    }

                    @Override
                    public void onCompleted() {}
                });
    }

    private State judge(DescribeResponse response) {
        try {
            return new State.Ready(BackendDescription.of(response, kind, bundleId, address.toString()));
        } catch (ServingException e) {
            return new State.Unusable(e);
        }
    }

    private void become(State next) {
        State before = state;
        state = next;
        if (Objects.equals(before, next)) {
            return;
        }
        switch (next) {
            case State.Ready(BackendDescription description) ->
                LOG.infof("Connected to the %s at %s (%s).", kind.label(), address, description.engine());
            case State.Unusable(ServingException reason) ->
                LOG.errorf("The %s at %s cannot be used: %s", kind.label(), address, reason.message());
            case State.Disconnected() -> LOG.warnf("Lost the %s at %s.", kind.label(), address);
        }
        onChange.run();
    }
}
