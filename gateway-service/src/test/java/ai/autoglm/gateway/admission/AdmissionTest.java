package ai.autoglm.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.auth.KeySettings;
import ai.autoglm.gateway.testing.TestConfig;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Caller GREEDY = new Caller("greedy");
    private static final Caller MODEST = new Caller("modest");

    private final AtomicInteger gateways = new AtomicInteger(1);

    @Test
    void oneChoiceTooManyIsRefusedUntilAnotherEnds() {
        Admission admission = admission(Map.of("autoglm.admission.max-running", "3"));
        Admission.Permit pair = admission.admit(Caller.ANYONE, 2);

        assertThatThrownBy(() -> admission.admit(Caller.ANYONE, 2))
                .hasMessageContaining("working on 2 of 3 choices and has no place for 2 more")
                .extracting(AdmissionTest::code)
                .isEqualTo(ErrorCode.OVERLOADED);
        pair.close();
        admission.admit(Caller.ANYONE, 3);
        assertThat(admission.running()).isEqualTo(3);
    }

    @Test
    void aKeyCannotTakeAllPlaces() {
        Admission admission = admission(Map.of("autoglm.admission.max-running", "100"));
        List<Admission.Permit> greedy = takeAll(admission, GREEDY);

        assertThat(greedy).hasSize(80);
        assertThatThrownBy(() -> admission.admit(GREEDY, 1))
                .hasMessageContaining("This key has 80 of 100 places; the rest is kept for others")
                .extracting(AdmissionTest::code)
                .isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
        assertThat(takeAll(admission, MODEST)).hasSizeGreaterThanOrEqualTo(15);
        assertThat(takeAll(admission, new Caller("third"))).isNotEmpty();
        greedy.forEach(Admission.Permit::close);
        assertThat(takeAll(admission, MODEST))
                .as("what is given back is for all")
                .hasSizeGreaterThan(40);
    }

    @Test
    void whereCallersAreNotToldApartAllPlacesAreForAll() {
        Admission admission =
                admission(Map.of("autoglm.admission.max-running", "100", "autoglm.admission.concurrency-per-key", "5"));

        assertThat(takeAll(admission, Caller.ANYONE)).hasSize(100);
    }

    @Test
    void aKeyHasNoMoreChoicesAtOnceThanItsLimit() {
        Admission admission = admission(Map.of("autoglm.admission.concurrency-per-key", "10"));

        assertThat(takeAll(admission, MODEST)).as("the limit of all").hasSize(10);
        assertThat(takeAll(admission, GREEDY)).as("its own limit").hasSize(4);
        assertThatThrownBy(() -> admission.admit(GREEDY, 1))
                .hasMessageContaining("The limit of this key is 4 choices at once, and 4 are worked on")
                .extracting(AdmissionTest::code)
                .isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
        assertThatThrownBy(() -> admission.admit(GREEDY, 5))
                .hasMessageContaining("needs 5 places at once; the limit of this key is 4")
                .extracting(AdmissionTest::code)
                .isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
    }

    @Test
    void gatewaysShareALimit() {
        Admission admission = admission(Map.of());

        gateways.set(3);
        List<Admission.Permit> part = takeAll(admission, GREEDY);
        assertThat(part).as("a third of four, rounded up").hasSize(2);
        gateways.set(1);
        assertThat(takeAll(admission, GREEDY)).as("the others are gone").hasSize(2);
    }

    private static List<Admission.Permit> takeAll(Admission admission, Caller caller) {
        List<Admission.Permit> permits = new ArrayList<>();
        try {
            while (true) {
                permits.add(admission.admit(caller, 1));
            }
        } catch (ServingException e) {
            return permits;
        }
    }

    private Admission admission(Map<String, String> values) {
        AdmissionConfig config = TestConfig.of(AdmissionConfig.class, values);
        boolean limited = !values.containsKey("autoglm.admission.max-running");
        return new Admission(
                config, new KeyLimits(config, caller -> limited ? settings(caller) : KeySettings.NONE, gateways::get));
    }

    private static KeySettings settings(Caller caller) {
        return caller.equals(GREEDY)
                ? new KeySettings(OptionalInt.of(4), OptionalLong.empty(), OptionalLong.empty(), 10, Set.of())
                : KeySettings.NONE;
    }

    private static ErrorCode code(Throwable failure) {
        return ((ServingException) failure).code();
    }
}
