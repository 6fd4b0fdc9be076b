package ai.autoglm.gateway.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendAddressTest {
    private static final int KEY_COUNT = 3_000;
    private static final List<BackendAddress> THREE =
            List.of(new BackendAddress("a", 9003), new BackendAddress("b", 9003), new BackendAddress("c", 9003));

    @Test
    void readsNamesAndNumbers() {
        assertThat(BackendAddress.parse("decoder.local:9003")).isEqualTo(new BackendAddress("decoder.local", 9003));
        assertThat(BackendAddress.parse(" 127.0.0.1:9003 ")).isEqualTo(new BackendAddress("127.0.0.1", 9003));
        assertThat(BackendAddress.parse("[::1]:9003")).isEqualTo(new BackendAddress("::1", 9003));
    }

    @ParameterizedTest
    @ValueSource(strings = {"decoder", "decoder:", ":9003", "decoder:70000", "decoder:port", ""})
    void refusesWhatIsNoAddressInOneSentence(String text) {
        assertThatThrownBy(() -> BackendAddress.parse(text))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("'" + text + "' is no address of a backend");
    }

    @Test
    void sharesKeysFairly() {
        Map<BackendAddress, Long> shares = IntStream.range(0, KEY_COUNT)
                .boxed()
                .collect(Collectors.groupingBy(key -> first(THREE, key), Collectors.counting()));

        assertThat(shares).hasSize(3);
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(900L, 1_100L));
    }

    @Test
    void aLostBackendMovesOnlyItsOwnKeys() {
        List<BackendAddress> two = THREE.subList(0, 2);

        assertThat(IntStream.range(0, KEY_COUNT).filter(key -> two.contains(first(THREE, key))))
                .isNotEmpty()
                .allSatisfy(key -> assertThat(first(two, key)).isEqualTo(first(THREE, key)));
    }

    private static BackendAddress first(List<BackendAddress> addresses, int key) {
        return addresses.stream()
                .min(Comparator.comparing(
                        address -> BackendPool.score(address, ByteString.copyFromUtf8(Integer.toString(key)))))
                .orElseThrow();
    }
}
