package ai.autoglm.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.testing.TestConfig;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeldBytesTest {
    private final HeldBytes bytes =
            new HeldBytes(TestConfig.of(AdmissionConfig.class, Map.of("autoglm.admission.max-held-size", "100")));

    @Test
    void refusesWhatAllRequestsTogetherMayNotHold() {
        HeldBytes.Share first = bytes.share();
        HeldBytes.Share second = bytes.share();
        first.add(60);
        second.add(40);

        assertThatThrownBy(() -> second.add(1)).isInstanceOfSatisfying(ServingException.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
            assertThat(failure.message()).contains("100 of 100 bytes");
        });
        first.close();
        second.add(60);
        assertThat(bytes.total()).isEqualTo(100);
    }

    @Test
    void aShareIsGivenBackOnce() {
        HeldBytes.Share share = bytes.share();
        share.add(60);

        share.close();
        share.close();
        share.add(10);

        assertThat(bytes.total()).isZero();
    }
}
