package ai.autoglm.gateway.decode;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class GenerationGroupTest {
    @Test
    void whateverEndsAReaderReachesWhoWaitsForIt() {
        assertInternal(() -> {
            throw new IllegalStateException("a bug");
        });
        assertInternal(() -> {
            throw new AssertionError("a bug");
        });
    }

    @Test
    void failuresOfAGenerationStayAsTheyAre() {
        ServingException failure = new ServingException(ErrorCode.TIMEOUT, "too late");

        assertThat(GenerationGroup.read(0, () -> {
                            throw failure;
                        })
                        .failure())
                .isSameAs(failure);
    }

    private static void assertInternal(Supplier<DecodeEvent> next) {
        GenerationGroup.Read read = GenerationGroup.read(1, next);

        assertThat(read.index()).isEqualTo(1);
        ServingException failure = Objects.requireNonNull(read.failure());
        assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(failure).hasRootCauseMessage("a bug").hasMessage("A generation cannot be read.");
    }
}
