package ai.autoglm.gateway.backend;

import ai.autoglm.gateway.discovery.BackendAddress;
import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// One backend process and the connection to it. It is asked to describe itself on each new connection and every
/// few seconds from then on: its answers are its signs of life. [BackendState] has the table of its states.
public final class Backend implements BackendChoice.Candidate, AutoCloseable {
    /// Learns of what happens to a backend.
    interface Listener {
        void changed();

        void ejected(Ejection reason);
    }

    private static final Logger LOG = Logger.getLogger(Backend.class);
    /// The shortest that gRPC allows. It closes connections that lead nowhere; finding them is the heartbeat's
    /// business.
    private static final long PING_INTERVAL_SECONDS = 10;
    private static final long PING_TIMEOUT_SECONDS = 5;
    private static final int MISSED_LIMIT = 2;
    /// A deadline that passes later than this was late itself: this process could not hear an answer either.
    private static final Duration LATE = Duration.ofMillis(500);
    /// How long a backend stays out whose calls hear nothing although it describes itself; doubled each time in a
    /// row.
    private static final Duration FIRST_EXCLUSION = Duration.ofSeconds(5);
    private static final int MAX_DOUBLINGS = 4;

    private final BackendKind kind;
    private final BackendAddress address;
    private final Duration heartbeatInterval;
    private final Duration heartbeatTimeout;
    private final Listener listener;
    private final ManagedChannel channel;
    private volatile BackendState state = new BackendState.Disconnected(System.nanoTime());
    private volatile boolean takesWork = true;
    private volatile long connectionNumber;
    private volatile long outstandingWork;
    // Guarded by this.
    private int callCount;
    private boolean retired;
    private boolean beating;
    private long lastBeatNanos;
    private int missedCount;
    private int stallCount;
    private long expectedLoss = -1; // number of the last connection whose end was to be expected

    Backend(
            BackendKind kind,
            BackendAddress address,
            BackendsConfig config,
            ChannelSecurity security,
            Listener listener) {
        this.kind = kind;
        this.address = address;
        this.heartbeatInterval = config.heartbeatInterval();
        this.heartbeatTimeout = config.heartbeatTimeout();
        this.listener = listener;
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

    Channel channel() {
        return channel;
    }

    @Override
    public BackendAddress address() {
        return address;
    }

    @Override
    public long outstandingWork() {
        return outstandingWork;
    }

    /// Leaves the backend out: no new work, and what it has moves elsewhere where there is an elsewhere. Without
    /// effect unless it is ready.
    public void eject(Ejection reason) {
        if (leaveOut(reason)) {
            LOG.warnf("Ejected the %s at %s: %s.", kind.label(), address, reason.label());
            listener.ejected(reason);
            listener.changed();
        }
    }

    /// A call on it has come to its end.
    public synchronized void succeeded() {
        stallCount = 0;
    }

    /// Whether it is left out now.
    public boolean isEjected() {
        return state instanceof BackendState.Ejected;
    }

    /// Whether it or its platform has said that it ends.
    public boolean isDraining() {
        return !takesWork
                || (state instanceof BackendState.Ready(BackendDescription description) && description.draining());
    }

    /// Whether the end of a connection says nothing of what was under way there: the backend had been left out, or
    /// was about to end.
    public synchronized boolean isEndExpected(BackendLease.Connection connection) {
        return connection.number() == expectedLoss
                || (connection.number() == connectionNumber && (isEjected() || isDraining()));
    }

    BackendState state() {
        return state;
    }

    BackendLease.Connection connection() {
        return new BackendLease.Connection(this, connectionNumber);
    }

    /// Whether discovery has lost it and its last work is done.
    synchronized boolean isGone() {
        return retired && callCount == 0;
    }

    boolean takesWork() {
        return takesWork;
    }

    /// What discovery says of it.
    void takeWork(boolean wanted) {
        if (takesWork != wanted) {
            takesWork = wanted;
            listener.changed();
        }
    }

    /// Gives it a piece of work; empty when it is not ready any more.
    synchronized Optional<BackendLease> lease(long work) {
        if (!(state instanceof BackendState.Ready(BackendDescription description))) {
            return Optional.empty();
        }
        callCount++;
        outstandingWork += work;
        return Optional.of(new BackendLease(new BackendLease.Connection(this, connectionNumber), description, work));
    }

    void returned(long work) {
        boolean last;
        synchronized (this) {
            callCount--;
            outstandingWork -= work;
            last = retired && callCount == 0;
        }
        if (last) {
            channel.shutdown();
        }
    }

    /// Discovery has lost it: what it has may finish, and then its connection ends.
    void retire() {
        takeWork(false);
        boolean idle;
        synchronized (this) {
            retired = true;
            idle = callCount == 0;
        }
        if (idle) {
            channel.shutdownNow();
        }
    }

    /// Tries a lost connection again at once instead of after gRPC's growing pauses.
    void reconnect() {
        if (channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
    }

    /// Tries a lost connection again, and asks for a sign of life when it is time for one. A backend that has not
    /// described itself yet is asked each time.
    void tick() {
        if (channel.getState(true) != ConnectivityState.READY) {
            reconnect();
        } else if (isTimeForHeartbeat()) {
            describe();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private void follow(ConnectivityState connectivity) {
        switch (connectivity) {
            case READY -> {
                synchronized (this) {
                    beating = true;
                }
                describe();
            }
            case IDLE, CONNECTING, TRANSIENT_FAILURE -> lost();
            case SHUTDOWN -> {
                return;
            }
        }
        channel.notifyWhenStateChanged(connectivity, () -> follow(channel.getState(true)));
    }

    private synchronized boolean isTimeForHeartbeat() {
        long sinceLast = System.nanoTime() - lastBeatNanos;
        boolean due = state instanceof BackendState.Disconnected || sinceLast >= heartbeatInterval.toNanos();
        if (beating || !due) {
            return false;
        }
        beating = true;
        return true;
    }

    private void describe() {
        long start = System.nanoTime();
        synchronized (this) {
            lastBeatNanos = start;
        }
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(heartbeatTimeout.toNanos(), TimeUnit.NANOSECONDS);
        ClientCalls.asyncUnaryCall(
                channel.newCall(kind.describe(), options),
                DescribeRequest.getDefaultInstance(),
                new StreamObserver<DescribeResponse>() {
                    @Override
                    public void onNext(DescribeResponse response) {
                        described(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        missed(failure, Duration.ofNanos(System.nanoTime() - start));
                    }

                    @Override
                    public void onCompleted() {
                        answered();
                    }
                });
    }

    private synchronized void answered() {
        beating = false;
        missedCount = 0;
    }

    private void described(DescribeResponse response) {
        if (channel.getState(false) != ConnectivityState.READY) {
            return;
        }
        try {
            BackendDescription description = BackendDescription.of(response, kind, address.toString());
            if (description.stalled() && isEjected()) {
                return;
            }
            if (description.stalled()) {
                become(new BackendState.Ready(description));
                eject(Ejection.ENGINE_STALLED);
            } else if (!isKeptOut()) {
                become(new BackendState.Ready(description));
            }
        } catch (ServingException e) {
            become(new BackendState.Unusable(e));
        }
    }

    private boolean isKeptOut() {
        return state instanceof BackendState.Ejected ejected && System.nanoTime() - ejected.untilNanos() < 0;
    }

    private void missed(Throwable failure, Duration waited) {
        boolean silent = Status.fromThrowable(failure).getCode() == Status.Code.DEADLINE_EXCEEDED;
        boolean onTime = waited.compareTo(heartbeatTimeout.plus(LATE)) < 0;
        int missed;
        synchronized (this) {
            beating = false;
            missed = ++missedCount;
        }
        LOG.debugf("The %s at %s does not describe itself: %s", kind.label(), address, failure);
        if (silent && onTime) {
            eject(Ejection.HEARTBEAT_DEADLINE);
        } else if (missed >= MISSED_LIMIT && (silent || WireErrors.isDeclared(failure))) {
            eject(Ejection.HEARTBEAT_FAILED);
        }
    }

    private synchronized boolean leaveOut(Ejection reason) {
        if (!(state instanceof BackendState.Ready(BackendDescription description))) {
            return false;
        }
        long now = System.nanoTime();
        Duration exclusion = Duration.ZERO;
        if (reason == Ejection.PROGRESS_DEADLINE) {
            exclusion = FIRST_EXCLUSION.multipliedBy(1L << Math.min(stallCount, MAX_DOUBLINGS));
            stallCount++;
        }
        state = new BackendState.Ejected(description, now, now + exclusion.toNanos());
        return true;
    }

    private void lost() {
        synchronized (this) {
            beating = false;
            missedCount = 0;
            if (state instanceof BackendState.Disconnected) {
                return;
            }
            if (isEjected() || isDraining()) {
                expectedLoss = connectionNumber;
            }
        }
        become(new BackendState.Disconnected(System.nanoTime()));
    }

    private void become(BackendState next) {
        BackendState before;
        synchronized (this) {
            before = state;
            if (before.equals(next)) {
                return;
            }
            state = next;
            if (before instanceof BackendState.Disconnected) {
                connectionNumber++;
            }
        }
        log(before, next);
        listener.changed();
    }

    private void log(BackendState before, BackendState next) {
        switch (next) {
            case BackendState.Ready(BackendDescription description) -> {
                if (before instanceof BackendState.Ready) {
                    LOG.infof("The %s at %s %s.", kind.label(), address, description.draining() ? "ends" : "changed");
                } else {
                    LOG.infof(
                            "%s the %s at %s (%s, bundle %s).",
                            before instanceof BackendState.Ejected ? "Took back" : "Connected to",
                            kind.label(),
                            address,
                            description.engine(),
                            BackendDescription.abbreviated(description.bundleId()));
                }
            }
            case BackendState.Unusable(ServingException reason) ->
                LOG.errorf("The %s at %s cannot be used: %s", kind.label(), address, reason.message());
            case BackendState.Disconnected _ -> LOG.warnf("Lost the %s at %s.", kind.label(), address);
            case BackendState.Ejected _ -> {}
        }
    }
}
