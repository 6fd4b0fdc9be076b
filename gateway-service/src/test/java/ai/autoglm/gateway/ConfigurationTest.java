package ai.autoglm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.admission.AdmissionConfig;
import ai.autoglm.gateway.auth.AuthConfig;
import ai.autoglm.gateway.auth.KeySettings;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.backend.BackendsConfig;
import ai.autoglm.gateway.backend.ChannelSecurity;
import ai.autoglm.gateway.backend.RoutingMetrics;
import ai.autoglm.gateway.decode.DecodeConfig;
import ai.autoglm.gateway.discovery.Discovery;
import ai.autoglm.gateway.discovery.DiscoveryConfig;
import ai.autoglm.gateway.encode.EncodeConfig;
import ai.autoglm.gateway.http.HttpConfig;
import ai.autoglm.gateway.model.ModelAccess;
import ai.autoglm.gateway.model.ModelConfig;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.testing.TestConfig;
import ai.autoglm.gateway.text.DefaultThinking;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final long MEBIBYTE = 1024 * 1024;

    @Test
    void defaultsAreThoseOfOneMachine() {
        BackendsConfig backends = TestConfig.of(BackendsConfig.class, Map.of());
        assertThat(backends.visionEncoder()).containsExactly("127.0.0.1:9001");
        assertThat(backends.audioEncoder()).containsExactly("127.0.0.1:9002");
        assertThat(backends.decoder()).containsExactly("127.0.0.1:9003");
        assertThat(backends.connectTimeout().plus(backends.recoveryWait())).isLessThan(Duration.ofSeconds(2));
        assertThat(backends.startupWait()).isEqualTo(Duration.ofSeconds(3));
        assertThat(backends.heartbeatInterval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(backends.heartbeatTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(TestConfig.of(DiscoveryConfig.class, Map.of()).dnsInterval()).isEqualTo(Duration.ofSeconds(2));

        ModelConfig model = TestConfig.of(ModelConfig.class, Map.of("autoglm.model.bundle", "/bundles/mini"));
        assertThat(model.servedName()).isEqualTo("autoglm-phone-9b");
        assertThat(model.aliases()).isEmpty();
        assertThat(model.defaultThinkingMode()).isEqualTo(DefaultThinking.RAW);

        HttpConfig http = TestConfig.of(HttpConfig.class, Map.of());
        assertThat(http.host()).isEqualTo("0.0.0.0");
        assertThat(http.port()).isEqualTo(8000);
        assertThat(http.tls().certificate()).isEmpty();
        assertThat(http.tls().key()).isEmpty();
        assertThat(http.corsOrigins()).isEmpty();
        assertThat(http.maxConnections()).isEqualTo(2048);
        assertThat(http.maxConnectionsPerAddress()).isEqualTo(512);
        assertThat(http.idleTimeout()).isEqualTo(Duration.ofSeconds(75));
        assertThat(http.shutdownDelay()).isEqualTo(Duration.ofSeconds(10));
        assertThat(http.shutdownLinger()).isEqualTo(Duration.ofSeconds(5));
        assertThat(http.shutdownGrace()).isEqualTo(Duration.ofMinutes(11));
        assertThat(http.maxBodySize().asLongValue()).isEqualTo(64 * MEBIBYTE);
        assertThat(http.uploadIdleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(http.writeTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(http.requestTimeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(http.keepAliveInterval()).isEqualTo(Duration.ofSeconds(15));

        ChatConfig chat = TestConfig.of(ChatConfig.class, Map.of());
        assertThat(chat.maxImages()).isEqualTo(10);
        assertThat(chat.maxAudios()).isEqualTo(4);
        assertThat(chat.maxChoices()).isEqualTo(8);
        assertThat(chat.maxImageSize().asLongValue()).isEqualTo(20 * MEBIBYTE);
        assertThat(chat.maxAudioSize().asLongValue()).isEqualTo(25 * MEBIBYTE);
        assertThat(chat.maxMediaSize().asLongValue()).isEqualTo(48 * MEBIBYTE);
        assertThat(chat.maxTotalPixels()).isEqualTo(120_000_000);
        assertThat(chat.strictFields()).isFalse();

        AuthConfig auth = TestConfig.of(AuthConfig.class, Map.of());
        assertThat(auth.apiKeys()).isEmpty();
        assertThat(auth.apiKeyFile()).isEmpty();

        AdmissionConfig admission = TestConfig.of(AdmissionConfig.class, Map.of());
        assertThat(admission.maxRunning()).isEqualTo(256);
        assertThat(admission.maxHeldSize().asLongValue()).isEqualTo(192 * MEBIBYTE);
        assertThat(admission.requestsPerMinute()).isEmpty();
        assertThat(admission.tokensPerMinute()).isEmpty();
        assertThat(admission.usageKeys()).isEqualTo(100);
        assertThat(admission.gatewayCount()).isEqualTo(1);
        assertThat(admission.gateways()).isEmpty();
        assertThat(admission.concurrencyPerKey()).isEmpty();

        assertThat(TestConfig.of(EncodeConfig.class, Map.of()).acceptTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(TestConfig.of(EncodeConfig.class, Map.of()).progressTimeout())
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(TestConfig.of(EncodeConfig.class, Map.of()).stallTimeout()).isEqualTo(Duration.ofSeconds(60));
        DecodeConfig decode = TestConfig.of(DecodeConfig.class, Map.of());
        assertThat(decode.acceptTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(decode.progressTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(decode.stallTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(decode.refusalTime()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void everySettingCanBeSet() {
        BackendsConfig backends = TestConfig.of(
                BackendsConfig.class,
                Map.of(
                        "autoglm.backends.vision-encoder", "v1:1,v2:2",
                        "autoglm.backends.audio-encoder", "a:1",
                        "autoglm.backends.decoder", "d:1,d:2",
                        "autoglm.backends.connect-timeout", "2s",
                        "autoglm.backends.recovery-wait", "3s",
                        "autoglm.backends.encoder-wake-timeout", "5m",
                        "autoglm.backends.reconnect-interval", "4s",
                        "autoglm.backends.startup-wait", "7s",
                        "autoglm.backends.heartbeat-interval", "5s",
                        "autoglm.backends.heartbeat-timeout", "6s"));
        assertThat(backends.visionEncoder()).containsExactly("v1:1", "v2:2");
        assertThat(backends.audioEncoder()).containsExactly("a:1");
        assertThat(backends.decoder()).containsExactly("d:1", "d:2");
        assertThat(backends.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(backends.recoveryWait()).isEqualTo(Duration.ofSeconds(3));
        assertThat(backends.encoderWakeTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(backends.reconnectInterval()).isEqualTo(Duration.ofSeconds(4));
        assertThat(TestConfig.of(
                                BackendsConfig.class,
                                Map.of(
                                        "autoglm.backends.tls.certificate", "a",
                                        "autoglm.backends.tls.key", "b",
                                        "autoglm.backends.tls.authority", "c"))
                        .tls())
                .hasValueSatisfying(tls -> assertThat(List.of(tls.certificate(), tls.key(), tls.authority()))
                        .containsExactly(Path.of("a"), Path.of("b"), Path.of("c")));

        assertThat(backends.startupWait()).isEqualTo(Duration.ofSeconds(7));
        assertThat(backends.heartbeatInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(backends.heartbeatTimeout()).isEqualTo(Duration.ofSeconds(6));

        DiscoveryConfig discovery =
                TestConfig.of(DiscoveryConfig.class, Map.of("autoglm.discovery.dns-interval", "7s"));
        assertThat(discovery.dnsInterval()).isEqualTo(Duration.ofSeconds(7));

        ModelConfig model = TestConfig.of(
                ModelConfig.class,
                Map.of(
                        "autoglm.model.bundle", "/b",
                        "autoglm.model.served-name", "phone",
                        "autoglm.model.file", "/models",
                        "autoglm.model.aliases", "x,y/z",
                        "autoglm.model.default-thinking-mode", "split"));
        assertThat(model.bundle()).hasValue(Path.of("/b"));
        assertThat(model.file()).hasValue(Path.of("/models"));
        assertThat(model.servedName()).isEqualTo("phone");
        assertThat(model.aliases().orElseThrow()).containsExactlyInAnyOrder("x", "y/z");
        assertThat(model.defaultThinkingMode()).isEqualTo(DefaultThinking.SPLIT);

        HttpConfig http = TestConfig.of(
                HttpConfig.class,
                Map.ofEntries(
                        Map.entry("autoglm.http.host", "::1"),
                        Map.entry("autoglm.http.port", "8443"),
                        Map.entry("autoglm.http.tls.certificate", "/tls/tls.crt"),
                        Map.entry("autoglm.http.tls.key", "/tls/tls.key"),
                        Map.entry("autoglm.http.cors-origins", "https://a.example,https://b.example"),
                        Map.entry("autoglm.http.max-connections", "10"),
                        Map.entry("autoglm.http.max-connections-per-address", "5"),
                        Map.entry("autoglm.http.idle-timeout", "7s"),
                        Map.entry("autoglm.http.max-body-size", "1M"),
                        Map.entry("autoglm.http.upload-idle-timeout", "1s"),
                        Map.entry("autoglm.http.write-timeout", "2s"),
                        Map.entry("autoglm.http.request-timeout", "3s"),
                        Map.entry("autoglm.http.keep-alive-interval", "4s"),
                        Map.entry("autoglm.http.shutdown-delay", "8s"),
                        Map.entry("autoglm.http.shutdown-linger", "9s"),
                        Map.entry("autoglm.http.shutdown-grace", "6s")));
        assertThat(http.shutdownDelay()).isEqualTo(Duration.ofSeconds(8));
        assertThat(http.shutdownLinger()).isEqualTo(Duration.ofSeconds(9));
        assertThat(http.host()).isEqualTo("::1");
        assertThat(http.port()).isEqualTo(8443);
        assertThat(http.tls().certificate()).hasValue(Path.of("/tls/tls.crt"));
        assertThat(http.tls().key()).hasValue(Path.of("/tls/tls.key"));
        assertThat(http.corsOrigins().orElseThrow())
                .containsExactlyInAnyOrder("https://a.example", "https://b.example");
        assertThat(http.maxConnections()).isEqualTo(10);
        assertThat(http.maxConnectionsPerAddress()).isEqualTo(5);
        assertThat(http.idleTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(http.shutdownGrace()).isEqualTo(Duration.ofSeconds(6));
        assertThat(http.maxBodySize().asLongValue()).isEqualTo(MEBIBYTE);
        assertThat(http.uploadIdleTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(http.writeTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(http.requestTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(http.keepAliveInterval()).isEqualTo(Duration.ofSeconds(4));

        ChatConfig chat = TestConfig.of(
                ChatConfig.class,
                Map.of(
                        "autoglm.chat.max-images", "1",
                        "autoglm.chat.max-audios", "0",
                        "autoglm.chat.max-choices", "2",
                        "autoglm.chat.max-image-size", "1M",
                        "autoglm.chat.max-audio-size", "2M",
                        "autoglm.chat.max-media-size", "3M",
                        "autoglm.chat.max-total-pixels", "5000000",
                        "autoglm.chat.strict-fields", "true"));
        assertThat(chat.maxImages()).isEqualTo(1);
        assertThat(chat.maxAudios()).isZero();
        assertThat(chat.maxChoices()).isEqualTo(2);
        assertThat(chat.maxImageSize().asLongValue()).isEqualTo(MEBIBYTE);
        assertThat(chat.maxAudioSize().asLongValue()).isEqualTo(2 * MEBIBYTE);
        assertThat(chat.maxMediaSize().asLongValue()).isEqualTo(3 * MEBIBYTE);
        assertThat(chat.maxTotalPixels()).isEqualTo(5_000_000);
        assertThat(chat.strictFields()).isTrue();

        AuthConfig auth = TestConfig.of(
                AuthConfig.class,
                Map.of("autoglm.http.api-keys", "k1,k2", "autoglm.http.api-key-file", "/keys/api-keys"));
        assertThat(auth.apiKeys().orElseThrow()).containsExactly("k1", "k2");
        assertThat(auth.apiKeyFile()).hasValue(Path.of("/keys/api-keys"));

        AdmissionConfig admission = TestConfig.of(
                AdmissionConfig.class,
                Map.of(
                        "autoglm.admission.max-running", "7",
                        "autoglm.admission.max-held-size", "1M",
                        "autoglm.admission.requests-per-minute", "60",
                        "autoglm.admission.tokens-per-minute", "9000",
                        "autoglm.admission.usage-keys", "3",
                        "autoglm.admission.gateway-count", "2",
                        "autoglm.admission.gateways", "dns:gateway:9100",
                        "autoglm.admission.concurrency-per-key", "5"));
        assertThat(admission.maxRunning()).isEqualTo(7);
        assertThat(admission.maxHeldSize().asLongValue()).isEqualTo(MEBIBYTE);
        assertThat(admission.requestsPerMinute()).hasValue(60);
        assertThat(admission.tokensPerMinute()).hasValue(9000);
        assertThat(admission.usageKeys()).isEqualTo(3);
        assertThat(admission.gatewayCount()).isEqualTo(2);
        assertThat(admission.gateways()).hasValue(List.of("dns:gateway:9100"));
        assertThat(admission.concurrencyPerKey()).hasValue(5);

        EncodeConfig encode = TestConfig.of(
                EncodeConfig.class,
                Map.of(
                        "autoglm.encode.accept-timeout",
                        "1s",
                        "autoglm.encode.progress-timeout",
                        "2s",
                        "autoglm.encode.stall-timeout",
                        "3s"));
        assertThat(encode.stallTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(encode.acceptTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(encode.progressTimeout()).isEqualTo(Duration.ofSeconds(2));
        DecodeConfig decode = TestConfig.of(
                DecodeConfig.class,
                Map.of(
                        "autoglm.decode.accept-timeout",
                        "1s",
                        "autoglm.decode.progress-timeout",
                        "2s",
                        "autoglm.decode.stall-timeout",
                        "3s",
                        "autoglm.decode.refusal-time",
                        "4s",
                        "autoglm.decode.prefix-cache-per-key",
                        "false"));
        assertThat(decode.acceptTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(decode.progressTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(decode.stallTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(decode.refusalTime()).isEqualTo(Duration.ofSeconds(4));
        assertThat(decode.prefixCachePerKey()).isFalse();
    }

    @Test
    void theBundleMayBeThatOfAllProcesses() {
        ModelConfig config = TestConfig.of(ModelConfig.class, Map.of("autoglm.bundle", "/shared"));

        assertThat(config.bundle()).hasValue(Path.of("/shared"));
    }

    @Test
    void noBundleStopsStartUpWithOneSentence() {
        ModelConfig config = TestConfig.of(ModelConfig.class, Map.of());

        assertThatThrownBy(() -> models(config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("No model bundle is given");
    }

    @Test
    void aDirectoryWithoutABundleStopsStartUpWithOneSentence(@TempDir Path empty) {
        ModelConfig config = TestConfig.of(ModelConfig.class, Map.of("autoglm.model.bundle", empty.toString()));

        assertThatThrownBy(() -> models(config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(empty + " is no model bundle: it has no bundle.json.");
    }

    @Test
    void aTargetThatCannotBeReadStopsStartUpWithOneSentence() {
        BackendsConfig config =
                TestConfig.of(BackendsConfig.class, Map.of("autoglm.backends.decoder", "kubernetes:9003"));

        assertThatThrownBy(() -> backends(config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("'kubernetes:9003' names no backends in Kubernetes");
    }

    private static Models models(ModelConfig config) {
        return new Models(
                config,
                backends(TestConfig.of(BackendsConfig.class, Map.of())),
                new ModelAccess(_ -> KeySettings.NONE));
    }

    private static Backends backends(BackendsConfig config) {
        Discovery discovery = new Discovery(TestConfig.of(DiscoveryConfig.class, Map.of()));
        return new Backends(
                discovery, config, new ChannelSecurity(config), new RoutingMetrics(new SimpleMeterRegistry()));
    }
}
