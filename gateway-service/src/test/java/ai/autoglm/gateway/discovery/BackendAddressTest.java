package ai.autoglm.gateway.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ServingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendAddressTest {
    @Test
    void readsNamesAndNumbers() {
        assertThat(BackendAddress.parse("decoder.local:9003")).isEqualTo(new BackendAddress("decoder.local", 9003));
        assertThat(BackendAddress.parse(" 127.0.0.1:9003 ")).isEqualTo(new BackendAddress("127.0.0.1", 9003));
        assertThat(BackendAddress.parse("[::1]:9003")).isEqualTo(new BackendAddress("::1", 9003));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "decoder",
                "decoder:",
                ":9003",
                "decoder:70000",
                "decoder:port",
                "",
                "http://127.0.0.1:9003",
                "decoder/one:9003",
                "decoder_1:9003",
                "two words:9003",
                "::1:9003",
                "[::1:9003",
                "[]:9003"
            })
    void refusesWhatIsNoAddressInOneSentence(String text) {
        assertThatThrownBy(() -> BackendAddress.parse(text))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("'" + text + "' is no address of a backend");
    }
}
