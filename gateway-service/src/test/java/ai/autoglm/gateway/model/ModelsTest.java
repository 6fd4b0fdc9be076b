package ai.autoglm.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.auth.KeySettings;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.backend.BackendsConfig;
import ai.autoglm.gateway.backend.ChannelSecurity;
import ai.autoglm.gateway.backend.RoutingMetrics;
import ai.autoglm.gateway.discovery.Discovery;
import ai.autoglm.gateway.discovery.DiscoveryConfig;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.gateway.testing.TestConfig;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which bundles are served, while the file that names them changes.
class ModelsTest {
    private static final Path BLUE = TestBundle.create("a".repeat(64));
    private static final Path GREEN = TestBundle.create("c".repeat(64));

    @TempDir
    private Path directory = Path.of("");

    @Test
    void theFirstNameIsServedToWhoeverAsksForNone() throws IOException {
        try (Closing models = models("phone 100 " + BLUE, "other 100 " + GREEN)) {
            assertThat(bundleOf(models, "", 1)).isEqualTo(BLUE);
            assertThat(bundleOf(models, "other", 1)).isEqualTo(GREEN);
            assertThat(models.models.served(Caller.ANYONE))
                    .extracting(ServedModel::name)
                    .containsExactly("phone", "other");
            assertThatThrownBy(() -> bundleOf(models, "tablet", 1))
                    .isInstanceOfSatisfying(
                            ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND))
                    .hasMessageContaining("'phone', 'other'");
        }
    }

    @Test
    void aKeyMayUseSomeOfTheNamesOnly() throws IOException {
        try (Closing models = models("phone 100 " + BLUE, "other 100 " + GREEN)) {
            Caller limited = new Caller("limited");
            assertThat(models.models.served(limited))
                    .extracting(ServedModel::name)
                    .containsExactly("other");
            try (ModelLease lease = models.models.assign(limited, "", () -> key(1))) {
                assertThat(lease.model().directory()).isEqualTo(GREEN);
            }
            assertThatThrownBy(() -> models.models.assign(limited, "phone", () -> key(1)))
                    .isInstanceOfSatisfying(
                            ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND))
                    .hasMessageContaining("'phone' does not exist for this key");
        }
    }

    @Test
    void whoeverListensLearnsOfBundlesThatComeLater() throws IOException {
        try (Closing models = models("phone 100 " + BLUE)) {
            Set<Path> seen = ConcurrentHashMap.newKeySet();
            models.models.onServe(model -> seen.add(model.directory()));
            assertThat(seen).containsExactly(BLUE);

            write("phone 100 " + BLUE, "other 100 " + GREEN);

            Await.until("the new bundle is told", () -> seen.contains(GREEN));
        }
    }

    @Test
    void conversationsStayWhereTheyAreWhileWeightsStay() throws IOException {
        try (Closing models = models("phone 50 " + BLUE, "phone 50 " + GREEN)) {
            Map<Path, Long> shares = IntStream.range(0, 200)
                    .boxed()
                    .collect(Collectors.groupingBy(key -> bundleOf(models, "phone", key), Collectors.counting()));

            assertThat(shares.get(BLUE)).isBetween(70L, 130L);
            assertThat(IntStream.range(0, 200))
                    .allSatisfy(key ->
                            assertThat(bundleOf(models, "phone", key)).isEqualTo(bundleOf(models, "phone", key)));
            assertThat(models.models.served(Caller.ANYONE)).hasSize(1);
        }
    }

    @Test
    void aChangedWeightCountsWithoutARestart() throws IOException {
        try (Closing models = models("phone 100 " + BLUE, "phone 0 " + GREEN)) {
            assertThat(IntStream.range(0, 50))
                    .allSatisfy(
                            key -> assertThat(bundleOf(models, "phone", key)).isEqualTo(BLUE));
            LoadedModel before = lease(models, 1).model();

            write("phone 0 " + BLUE, "phone 100 " + GREEN);
            Await.until(
                    "requests go to green", () -> bundleOf(models, "phone", 1).equals(GREEN));
            write("phone 1 " + BLUE, "phone 0 " + GREEN);
            Await.until(
                    "requests go to blue", () -> bundleOf(models, "phone", 1).equals(BLUE));

            assertThat(lease(models, 1).model())
                    .as("what stays in the file stays loaded")
                    .isSameAs(before);
        }
    }

    @Test
    void aNameWhoseWeightsAreAllZeroTakesNothingNew() throws IOException {
        try (Closing models = models("phone 0 " + BLUE)) {
            assertThatThrownBy(() -> bundleOf(models, "phone", 1))
                    .isInstanceOfSatisfying(
                            ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE));
            assertThat(models.models.served(Caller.ANYONE)).hasSize(1);
        }
    }

    @Test
    void aBundleThatIsTakenAwayStaysOpenForItsLastRequest() throws IOException {
        try (Closing models = models("phone 100 " + BLUE)) {
            ModelLease last = lease(models, 1);
            write("phone 100 " + GREEN);
            Await.until(
                    "requests go to green", () -> bundleOf(models, "phone", 1).equals(GREEN));

            assertThat(last.model().tokenizer().encodeText("still here").size()).isPositive();
            assertThat(last.model().use()).isTrue();
            last.model().release();
            last.close();

            // Its owner gives it up just after the new list is in use.
            Await.until("it is closed after its last request", () -> isClosed(last.model()));
        }
    }

    private static boolean isClosed(LoadedModel model) {
        boolean open = model.use();
        if (open) {
            model.release();
        }
        return !open;
    }

    @Test
    void aFileThatMakesNoSenseChangesNothing() throws IOException {
        try (Closing models = models("phone 100 " + BLUE)) {
            write("phone 100 " + directory.resolve("no bundle"));
            Await.pause(Duration.ofMillis(100));

            assertThat(bundleOf(models, "phone", 1)).isEqualTo(BLUE);
            write("phone 100 " + GREEN);
            Await.until(
                    "the next file counts", () -> bundleOf(models, "phone", 1).equals(GREEN));
        }
    }

    @Test
    void aFileThatMakesNoSenseStopsTheStart() {
        assertThatThrownBy(() -> models("phone"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("line 1 of the model file");
    }

    private record Closing(Models models) implements AutoCloseable {
        @Override
        public void close() {
            models.close();
        }
    }

    private Closing models(String... lines) throws IOException {
        write(lines);
        ModelConfig config = TestConfig.of(ModelConfig.class, Map.of("autoglm.model.file", file().toString()));
        BackendsConfig nowhere = TestConfig.of(BackendsConfig.class, Map.of("autoglm.backends.decoder", "127.0.0.1:1"));
        Backends backends = new Backends(
                new Discovery(TestConfig.of(DiscoveryConfig.class, Map.of())),
                nowhere,
                new ChannelSecurity(nowhere),
                new RoutingMetrics(new SimpleMeterRegistry()));
        return new Closing(new Models(config, backends, new ModelAccess(ModelsTest::settings), Duration.ofMillis(10)));
    }

    private static KeySettings settings(Caller caller) {
        return new KeySettings(
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                KeySettings.DEFAULT_PRIORITY,
                caller.equals(Caller.ANYONE) ? Set.of() : Set.of("other"));
    }

    private Path file() {
        return directory.resolve("models");
    }

    /// At once, as a mounted ConfigMap changes.
    private void write(String... lines) throws IOException {
        Path fresh = directory.resolve("fresh");
        Files.writeString(fresh, String.join("\n", lines));
        Files.move(fresh, file(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path bundleOf(Closing models, String name, int key) {
        try (ModelLease lease = models.models.assign(Caller.ANYONE, name, () -> key(key))) {
            return lease.model().directory();
        }
    }

    private static ModelLease lease(Closing models, int key) {
        return models.models.assign(Caller.ANYONE, "phone", () -> key(key));
    }

    private static ByteString key(int number) {
        return ByteString.copyFromUtf8("conversation " + number);
    }
}
