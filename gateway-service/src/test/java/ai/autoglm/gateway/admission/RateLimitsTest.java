package ai.autoglm.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.auth.KeySettings;
import ai.autoglm.gateway.testing.TestConfig;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitsTest {
    private static final Caller CALLER = new Caller("a");

    private final AtomicLong nanos = new AtomicLong();
    private final TimeMeter clock = new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return nanos.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    };

    private final AtomicInteger gateways = new AtomicInteger(1);
    private KeySettings ofKey = KeySettings.NONE;

    @Test
    void countsTheMostThatCanBeSet() {
        RateLimits limits = limits(Map.of("autoglm.admission.tokens-per-minute", "60000000000"));

        limits.allowance(CALLER).reserve(1);

        assertThat(limits.headers(CALLER)).containsEntry("x-ratelimit-remaining-tokens", "59999999999");
    }

    @Test
    void nothingIsLimitedByDefault() {
        RateLimits limits = limits(Map.of());

        for (int i = 0; i < 10_000; i++) {
            limits.countRequest(CALLER);
        }
        limits.allowance(CALLER).reserve(1_000_000_000);
        assertThat(limits.headers(CALLER)).isEmpty();
    }

    @Test
    void oneRequestTooManyIsRefusedUntilTheBucketHasFilledAgain() {
        RateLimits limits = limits(Map.of("autoglm.admission.requests-per-minute", "6"));
        for (int i = 0; i < 6; i++) {
            limits.countRequest(CALLER);
        }

        assertThatThrownBy(() -> limits.countRequest(CALLER))
                .isInstanceOfSatisfying(ServingException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
                    assertThat(failure.message()).contains("6 requests in a minute", "in 10s");
                    assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(10));
                });
        limits.countRequest(new Caller("another"));
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        limits.countRequest(CALLER);
        assertThatThrownBy(() -> limits.countRequest(CALLER)).isInstanceOf(ServingException.class);
    }

    @Test
    void tellsTheCallerHowItStands() {
        RateLimits limits = limits(
                Map.of("autoglm.admission.requests-per-minute", "60", "autoglm.admission.tokens-per-minute", "1000"));
        limits.countRequest(CALLER);
        limits.allowance(CALLER).reserve(250);

        assertThat(limits.headers(CALLER))
                .containsExactly(
                        Map.entry("x-ratelimit-limit-requests", "60"),
                        Map.entry("x-ratelimit-remaining-requests", "59"),
                        Map.entry("x-ratelimit-reset-requests", "1s"),
                        Map.entry("x-ratelimit-limit-tokens", "1000"),
                        Map.entry("x-ratelimit-remaining-tokens", "750"),
                        Map.entry("x-ratelimit-reset-tokens", "15s"));
    }

    @Test
    void unusedTokensAreGivenBack() {
        RateLimits limits = limits(Map.of("autoglm.admission.tokens-per-minute", "1000"));
        TokenAllowance allowance = limits.allowance(CALLER);
        allowance.reserve(1_000);

        allowance.settle(100);

        assertThat(limits.headers(CALLER)).containsEntry("x-ratelimit-remaining-tokens", "900");
    }

    @Test
    void allPromptsOfARequestAreReservedAndGivenBackTogether() {
        RateLimits limits = limits(Map.of("autoglm.admission.tokens-per-minute", "1000"));
        TokenAllowance allowance = limits.allowance(CALLER);
        allowance.reserve(400);
        allowance.reserve(300);

        allowance.settle(150);

        assertThat(limits.headers(CALLER)).containsEntry("x-ratelimit-remaining-tokens", "850");
    }

    @Test
    void tokensBeyondTheEstimateAreADebtThatLaterRequestsWaitFor() {
        RateLimits limits = limits(Map.of("autoglm.admission.tokens-per-minute", "600"));
        TokenAllowance allowance = limits.allowance(CALLER);
        allowance.reserve(600);

        allowance.settle(1_200);

        assertThat(limits.headers(CALLER))
                .containsEntry("x-ratelimit-remaining-tokens", "0")
                .containsEntry("x-ratelimit-reset-tokens", "2m0s");
        assertThatThrownBy(() -> limits.allowance(CALLER).reserve(1))
                .isInstanceOfSatisfying(
                        ServingException.class,
                        failure ->
                                assertThat(failure.retryAfter().orElseThrow()).isGreaterThan(Duration.ofSeconds(59)));
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        limits.allowance(CALLER).reserve(1);
    }

    @Test
    void aRequestThatFailedCostsNothing() {
        RateLimits limits = limits(Map.of("autoglm.admission.tokens-per-minute", "1000"));
        TokenAllowance allowance = limits.allowance(CALLER);
        allowance.reserve(900);

        allowance.settle(0);

        limits.allowance(CALLER).reserve(1_000);
    }

    @Test
    void moreThanThereEverIsWillNotHelpToWaitFor() {
        RateLimits limits = limits(Map.of("autoglm.admission.tokens-per-minute", "1000"));

        assertThatThrownBy(() -> limits.allowance(CALLER).reserve(1_001))
                .isInstanceOfSatisfying(ServingException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
                    assertThat(failure.message()).contains("1001 tokens", "1000 in a minute");
                });
    }

    @Test
    void aKeysOwnLimitCountsBeforeThatOfAll() {
        ofKey = new KeySettings(OptionalInt.empty(), OptionalLong.of(2), OptionalLong.of(500), 10, Set.of());
        RateLimits limits = limits(Map.of("autoglm.admission.tokens-per-minute", "1000"));

        assertThat(limits.headers(CALLER))
                .containsEntry("x-ratelimit-limit-requests", "2")
                .containsEntry("x-ratelimit-limit-tokens", "500");
        assertThatThrownBy(() -> limits.allowance(CALLER).reserve(501)).isInstanceOf(ServingException.class);
    }

    @Test
    void aLimitThatChangesCountsAtOnceAndWhatWasUsedStaysUsed() {
        RateLimits limits = limits(Map.of("autoglm.admission.tokens-per-minute", "1000"));
        limits.allowance(CALLER).reserve(500);

        ofKey = new KeySettings(OptionalInt.empty(), OptionalLong.empty(), OptionalLong.of(200), 10, Set.of());

        assertThat(limits.headers(CALLER))
                .containsEntry("x-ratelimit-limit-tokens", "200")
                .containsEntry("x-ratelimit-remaining-tokens", "100");
    }

    @Test
    void gatewaysShareALimitButARequestMayNeedAllOfIt() {
        gateways.set(4);
        RateLimits limits = limits(Map.of("autoglm.admission.tokens-per-minute", "1000"));
        assertThat(limits.headers(CALLER)).containsEntry("x-ratelimit-limit-tokens", "250");

        limits.allowance(CALLER).reserve(1_000);

        assertThat(limits.headers(CALLER))
                .as("three quarters are taken in advance")
                .containsEntry("x-ratelimit-reset-tokens", "4m0s");
        nanos.addAndGet(Duration.ofMinutes(3).toNanos());
        assertThatThrownBy(() -> limits.allowance(CALLER).reserve(1)).isInstanceOf(ServingException.class);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        limits.allowance(CALLER).reserve(1);
    }

    @ParameterizedTest
    @CsvSource({"0, 0s", "1, 1s", "1000, 1s", "1001, 2s", "60000, 1m0s", "390000, 6m30s"})
    void spellsDurationsAsClientsReadThem(long millis, String text) {
        assertThat(RateBucket.spelled(Duration.ofMillis(millis))).isEqualTo(text);
    }

    private RateLimits limits(Map<String, String> settings) {
        return new RateLimits(
                new KeyLimits(TestConfig.of(AdmissionConfig.class, settings), _ -> ofKey, gateways::get), clock);
    }
}
