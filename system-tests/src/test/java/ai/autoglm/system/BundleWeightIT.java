package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A model is rolled out and back under load: two bundles under one name, each with backends of its own, while the
/// weight moves from the one to the other and back in the file that the gateway watches. Both have the same
/// weights, so every answer is known.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BundleWeightIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /// The gateway looks at the file every two seconds.
    private static final Duration STEP = Duration.ofMillis(2_500);
    private static final Duration MEASURED = Duration.ofSeconds(3);
    private static final int CLIENTS = 4;
    private static final int REQUESTS = 30;
    private static final List<Service> ENCODERS = List.of(Service.VISION_ENCODER, Service.AUDIO_ENCODER);

    private TwoBundles bundles;

    @BeforeAll
    void start() {
        bundles = TwoBundles.start("bundle-weight");
    }

    @AfterAll
    void stop() {
        bundles.close();
    }

    @Test
    void noRequestFailsAndNoRowCrossesWhileTheWeightMovesThereAndBack() {
        GoldenLoad load = new GoldenLoad(bundles.api());
        double rate = OpenLoop.capacity(load, CLIENTS, MEASURED) / 2;

        OpenLoop.Outcome outcome = OpenLoop.run(load, rate, REQUESTS, () -> {
            moveTo(List.of(50, 0), bundles.green(), bundles.blue());
            moveTo(List.of(50, 100), bundles.blue(), bundles.green());
        });

        assertThat(outcome.failed()).as("%s", outcome).isZero();
        for (Service encoder : ENCODERS) {
            assertThat(TwoBundles.requests(bundles.blue(), encoder))
                    .isNotEmpty()
                    .isSubsetOf(TwoBundles.requests(bundles.blue(), Service.DECODER));
            assertThat(TwoBundles.requests(bundles.green(), encoder))
                    .isNotEmpty()
                    .isSubsetOf(TwoBundles.requests(bundles.green(), Service.DECODER));
        }
        Set<String> ofBoth = new HashSet<>(TwoBundles.requests(bundles.blue(), Service.DECODER));
        ofBoth.retainAll(TwoBundles.requests(bundles.green(), Service.DECODER));
        assertThat(ofBoth).as("requests that both bundles worked on").isEmpty();
        for (Service service : List.of(Service.VISION_ENCODER, Service.AUDIO_ENCODER, Service.DECODER)) {
            assertThat(bundles.gateway()
                            .metricSum("autoglm_retries_total{backend=\"%s\",reason=\"bundle_mismatch\"}"
                                    .formatted(service.label())))
                    .as("no %s was asked for the bundle of another", service.label())
                    .isZero();
        }
    }

    /// @param blueWeights one after another; after the last of them one bundle has all
    private void moveTo(List<Integer> blueWeights, TwoBundles.Side busy, TwoBundles.Side idle) {
        for (int weight : blueWeights) {
            bundles.weigh(weight, 100 - weight);
            Await.pause(STEP);
        }
        Map<Service, Double> before = busy.work();
        Await.until(
                PATIENCE,
                "each of its backends works",
                () -> busy.work().entrySet().stream()
                        .allMatch(work -> work.getValue() > before.getOrDefault(work.getKey(), 0.0)));
        Await.until(PATIENCE, "the other has none any more", () -> {
            Map<Service, Double> idleBefore = idle.work();
            Await.pause(STEP);
            return idle.work().equals(idleBefore);
        });
    }
}
