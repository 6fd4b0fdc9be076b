package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the compose file promises the services.
class ComposeTest {
    /// Defaults of what a service takes to stop, in seconds.
    private static final Pattern PHASE = Pattern.compile(
            "@WithDefault\\(\"(\\d+)s\"\\)\\s+(?:@\\w+\\s+)*Duration shutdown(?:Delay|Linger|Grace)\\(\\)");

    @ParameterizedTest
    @CsvSource({
        "gateway, gateway-service/src/main/java/ai/autoglm/gateway/http/HttpConfig.java, 3",
        "vision-encoder, backend-runtime/src/main/java/ai/autoglm/backend/BackendConfig.java, 2",
        "audio-encoder, backend-runtime/src/main/java/ai/autoglm/backend/BackendConfig.java, 2",
        "decoder, backend-runtime/src/main/java/ai/autoglm/backend/BackendConfig.java, 2"
    })
    void aServiceIsNotKilledWhileItStops(String service, String config, int phases) throws IOException {
        JsonNode compose = Chart.yaml(Chart.ROOT.resolve("deploy/compose/compose.yaml"));
        String common = compose.at("/x-service/stop_grace_period").asText("10s");
        String grace = compose.at("/services/" + service + "/stop_grace_period").asText(common);

        int[] seconds = PHASE.matcher(Files.readString(Chart.ROOT.resolve(config)))
                .results()
                .mapToInt(phase -> Integer.parseInt(phase.group(1)))
                .toArray();

        assertThat(seconds).hasSize(phases);
        int sum = Arrays.stream(seconds).sum();
        assertThat(Integer.parseInt(grace.replace("s", ""))).isGreaterThan(sum);
    }
}
