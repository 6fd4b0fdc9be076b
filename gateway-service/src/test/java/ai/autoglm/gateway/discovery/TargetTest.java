package ai.autoglm.gateway.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ServingException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    @Test
    void readsEachKind() {
        assertThat(Target.parse("10.0.0.1:9003")).isEqualTo(new Target.Static(new BackendAddress("10.0.0.1", 9003)));
        assertThat(Target.parse(" dns:decoder:9003 ")).isEqualTo(new Target.Dns("decoder", 9003));
        assertThat(Target.parse("dns:decoder_1:9003")).isEqualTo(new Target.Dns("decoder_1", 9003));
        assertThat(Target.parse("kubernetes:decoder:grpc"))
                .isEqualTo(new Target.Kubernetes(
                        Optional.empty(), Map.of("kubernetes.io/service-name", "decoder"), "grpc"));
        assertThat(Target.parse("kubernetes:phones/decoder:9003"))
                .isEqualTo(new Target.Kubernetes(
                        Optional.of("phones"), Map.of("kubernetes.io/service-name", "decoder"), "9003"));
    }

    @Test
    void readsLabels() {
        assertThat(Target.parse("kubernetes:phones/(app.kubernetes.io/component=decoder; tier=blue):grpc"))
                .isEqualTo(new Target.Kubernetes(
                        Optional.of("phones"),
                        Map.of("app.kubernetes.io/component", "decoder", "tier", "blue"),
                        "grpc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kubernetes:decoder",
                "kubernetes:decoder:",
                "kubernetes:(component):grpc",
                "kubernetes:():grpc",
                "kubernetes:a/b/c:grpc"
            })
    void saysHowATargetInKubernetesLooks(String text) {
        assertThatThrownBy(() -> Target.parse(text))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("kubernetes:namespace/service:9003");
    }

    @Test
    void saysHowAHostLooks() {
        assertThatThrownBy(() -> Target.parse("dns:decoder"))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("no address of a backend");
    }
}
