package ai.autoglm.proto.error;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireErrorsTest {
    @ParameterizedTest
    @EnumSource
    void everyCodeSurvivesTheWire(ErrorCode code) {
        StatusRuntimeException status = WireErrors.toStatus(new ServingException(code, "image too small: 3 px"));

        ServingException received = WireErrors.fromStatus(status, "vision encoder");

        assertThat(received.code()).isEqualTo(code);
        assertThat(received.message()).isEqualTo("image too small: 3 px");
    }

    @Test
    void aBugKeepsItsMessageInTheServer() {
        StatusRuntimeException status = WireErrors.toStatus(new IllegalStateException("/home/secret"));

        assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(WireErrors.fromStatus(status, "decoder").message()).doesNotContain("secret");
    }

    @Test
    void aPeerThatCannotBeReachedIsNamed() {
        ServingException error = WireErrors.fromStatus(Status.UNAVAILABLE.asRuntimeException(), "decoder");

        assertThat(error.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE);
        assertThat(error.message()).contains("decoder");
    }

    @Test
    void aDeadlineIsATimeout() {
        ServingException error = WireErrors.fromStatus(Status.DEADLINE_EXCEEDED.asRuntimeException(), "decoder");

        assertThat(error.code()).isEqualTo(ErrorCode.TIMEOUT);
    }

    @Test
    void aDifferentBundleIsAFailedPrecondition() {
        StatusRuntimeException status =
                WireErrors.toStatus(new ServingException(ErrorCode.BUNDLE_MISMATCH, "expected a, serves b"));

        assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }
}
