package ai.autoglm.gateway.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import ai.autoglm.gateway.discovery.BackendAddress;
import ai.autoglm.gateway.discovery.DiscoveredEndpoint;
import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeDecoder;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.gateway.testing.TestConfig;
import ai.autoglm.proto.v1.DescribeResponse.State;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Real connections to fake decoders that hang, end, come back, or are of another bundle.
class BackendPoolTest {
    private static final BackendRequest REQUEST = BackendRequest.of(TestBundle.ID, ByteString.copyFromUtf8("key"), 1);

    private final FakeDecoder first = new FakeDecoder();
    private final FakeDecoder second = new FakeDecoder();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BackendsConfig config = TestConfig.of(
            BackendsConfig.class,
            Map.of(
                    "autoglm.backends.heartbeat-interval", "50ms",
                    "autoglm.backends.heartbeat-timeout", "400ms",
                    "autoglm.backends.recovery-wait", "300ms"));
    private final BackendPool pool =
            new BackendPool(BackendKind.DECODER, config, new ChannelSecurity(config), new RoutingMetrics(registry));
    private final ScheduledExecutorService ticking = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void start() {
        first.start();
        second.start();
        var _ = ticking.scheduleAtFixedRate(pool::tick, 0, 20, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void stop() {
        ticking.shutdownNow();
        pool.close();
        first.stop();
        second.stop();
    }

    @Test
    void leavesOutWhoGivesNoSignOfLifeAndTakesItBack() {
        discover(first, second);
        awaitState("ready", 2);

        first.description().fallSilent(true);
        awaitState("ejected", 1);
        assertThat(chosen(20)).containsOnly(second.port());
        assertThat(ejections("heartbeat_deadline")).isEqualTo(1);

        first.description().fallSilent(false);
        awaitState("ready", 2);
        assertThat(chosen(1)).hasSize(1);
    }

    @Test
    void leavesOutWhoseEngineHangs() {
        discover(first, second);
        awaitState("ready", 2);

        first.description().be(State.STATE_STALLED);
        awaitState("ejected", 1);

        assertThat(chosen(20)).containsOnly(second.port());
        Await.pause(Duration.ofMillis(300));
        assertThat(ejections("engine_stalled")).as("after several heartbeats").isEqualTo(1);
        first.description().be(State.STATE_SERVING);
        awaitState("ready", 2);
    }

    @Test
    void givesNoNewWorkToWhoIsAboutToEndUnlessThereIsNobodyElse() {
        discover(first, second);
        awaitState("ready", 2);

        first.description().be(State.STATE_DRAINING);
        awaitState("terminating", 1);
        assertThat(chosen(20)).containsOnly(second.port());

        second.description().be(State.STATE_DRAINING);
        awaitState("terminating", 2);
        assertThat(chosen(1)).hasSize(1);
        assertThat(pool.has(REQUEST)).isTrue();
        assertThat(pool.has(REQUEST.onLasting())).isFalse();
    }

    @Test
    void givesNoWorkToEndpointsOfWhichDiscoverySaysSo() {
        discover(first, second);
        awaitState("ready", 2);

        pool.update(Set.of(endpoint(first, false), endpoint(second, true)));

        assertThat(chosen(20)).containsOnly(second.port());
        pool.update(Set.of(endpoint(first, false)));
        assertThatThrownBy(() -> pool.choose(REQUEST))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE));
    }

    @Test
    void whatDiscoveryHasLostFinishesWhatItHas() {
        discover(first);
        awaitState("ready", 1);
        BackendLease lease = pool.choose(REQUEST);

        discover(second);
        awaitState("ready", 1);
        assertThat(gauge("terminating")).isEqualTo(1);
        assertThat(lease.backend().isDraining()).isTrue();
        assertThat(chosen(5)).containsOnly(second.port());

        lease.close();
        Await.until("it is forgotten after its last work", () -> gauge("terminating") == 0);
    }

    @Test
    void aNewBackendTakesWorkAtOnce() {
        discover(first);
        awaitState("ready", 1);

        discover(first, second);
        awaitState("ready", 2);

        assertThat(IntStream.range(0, 6)
                        .mapToObj(_ -> pool.choose(REQUEST).backend().address().port())
                        .collect(Collectors.toSet()))
                .hasSize(2);
    }

    @Test
    void waitsForOneThatWasLostJustNowAndForNobodyElse() {
        discover(first);
        awaitState("ready", 1);
        first.stop();
        awaitState("disconnected", 1);

        Await.pause(Duration.ofMillis(400));
        long start = System.nanoTime();
        assertThatThrownBy(() -> pool.choose(REQUEST)).isInstanceOf(ServingException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(250));

        first.start();
        awaitState("ready", 1);
        assertThat(chosen(1)).containsOnly(first.port());
    }

    /// Whoever watches a model sees that it has no backend, and nothing any more when it is taken away.
    @Test
    void aServedBundleIsToldOfByTheNameOfItsModel() {
        pool.serve(Map.of(TestBundle.ID, "phone", "another-bundle", "mini"));
        assertThat(models("ready")).containsOnly(entry("none", 0.0), entry("phone", 0.0), entry("mini", 0.0));

        discover(first);
        awaitState("ready", 1);
        assertThat(models("ready")).containsOnly(entry("none", 0.0), entry("phone", 1.0), entry("mini", 0.0));

        pool.serve(Map.of("another-bundle", "mini"));
        assertThat(models("ready")).containsOnly(entry("none", 1.0), entry("mini", 0.0));
    }

    private Map<String, Double> models(String state) {
        return registry.find("autoglm.backends").tag("state", state).gauges().stream()
                .collect(Collectors.toMap(
                        gauge -> String.valueOf(gauge.getId().getTag("model")), Gauge::value, Double::sum));
    }

    @Test
    void oneThatWasLostAsItWasChosenGetsNoWork() {
        discover(first);
        awaitState("ready", 1);
        BackendLease lease = pool.choose(REQUEST);
        assertThat(lease.description().maxModelLen()).isEqualTo(FakeDecoder.MAX_MODEL_LEN);

        first.stop();
        awaitState("disconnected", 1);

        assertThat(lease.backend().lease(1)).isEmpty();
        assertThat(lease.backend().outstandingWork()).isEqualTo(1);
    }

    @Test
    void bundlesDoNotMix() {
        second.description().serveBundle("e".repeat(64));
        discover(first, second);
        Await.until(
                "both bundles are seen",
                () -> gauge("ready", "eeeeeeeeeeee") == 1 && gauge("ready", "bbbbbbbbbbbb") == 1);

        assertThat(chosen(20)).containsOnly(first.port());
        assertThat(pool.isReady("e".repeat(64))).isTrue();
        assertThatThrownBy(() -> pool.choose(BackendRequest.of("d".repeat(64), ByteString.EMPTY, 1)))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUNDLE_MISMATCH));
    }

    @Test
    void anotherServiceIsNoReasonWhereADecoderMayComeBack() {
        second.description().callItself("vision-encoder");
        discover(first, second);
        awaitState("ready", 1);
        awaitState("unusable", 1);
        assertThat(chosen(5)).containsOnly(first.port());

        first.stop();
        awaitState("disconnected", 1);

        assertThatThrownBy(() -> pool.choose(REQUEST))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE));
    }

    @Test
    void aFailedConnectionIsLeftOutButNotTheNextOneToTheSameBackend() {
        discover(first);
        awaitState("ready", 1);
        BackendLease lease = pool.choose(REQUEST);
        BackendRequest elsewhere = REQUEST.excluding(lease.connection());
        lease.close();
        assertThat(pool.has(elsewhere)).isFalse();

        first.stop();
        awaitState("disconnected", 1);
        first.start();

        Await.until("the new connection is taken", () -> pool.has(elsewhere));
    }

    private void discover(FakeDecoder... decoders) {
        pool.update(
                Arrays.stream(decoders).map(decoder -> endpoint(decoder, true)).collect(Collectors.toSet()));
    }

    private static DiscoveredEndpoint endpoint(FakeDecoder decoder, boolean takesWork) {
        return new DiscoveredEndpoint(new BackendAddress("127.0.0.1", decoder.port()), takesWork);
    }

    /// Ports of the backends that took `count` pieces of work with different keys, one after the other.
    private Set<Integer> chosen(int count) {
        return IntStream.range(0, count)
                .mapToObj(key -> BackendRequest.of(TestBundle.ID, ByteString.copyFromUtf8("key " + key), 1))
                .map(request -> {
                    try (BackendLease lease = pool.choose(request)) {
                        return lease.backend().address().port();
                    }
                })
                .collect(Collectors.toSet());
    }

    private void awaitState(String state, int count) {
        Await.until(count + " backends are " + state, () -> gauge(state) == count);
    }

    private double gauge(String state) {
        return registry.find("autoglm.backends").tag("state", state).gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    private double gauge(String state, String bundle) {
        return registry.find("autoglm.backends").tags("state", state, "bundle", bundle).gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    private double ejections(String reason) {
        return registry.get("autoglm.backend.ejections")
                .tags("backend", "decoder", "reason", reason)
                .counter()
                .count();
    }
}
