package ai.autoglm.toolkit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.launch.GpuAssignment;
import org.junit.jupiter.api.Test;

class PrecisionChoiceTest {
    @Test
    void withoutACardCheckpointsAreCompiledToFp32() {
        PrecisionChoice choice = PrecisionChoice.of(GpuAssignment.none(), null);

        assertThat(choice.forCheckpoint()).isEqualTo(Precision.FP32);
    }

    @Test
    void withACardForTheDecoderCheckpointsAreCompiledToBf16() {
        PrecisionChoice choice = PrecisionChoice.of(GpuAssignment.byDefault(1), null);

        assertThat(choice.forCheckpoint()).isEqualTo(Precision.BF16);
    }

    @Test
    void aPrecisionForOtherProcessorsIsOneSentence() {
        assertThatThrownBy(() ->
                        PrecisionChoice.of(GpuAssignment.none(), Precision.BF16).forCheckpoint())
                .hasMessage("--precision bf16 is for GPUs and needs TensorRT: choose fp32, int8 or int4 here.");
        assertThatThrownBy(() -> PrecisionChoice.of(GpuAssignment.byDefault(2), Precision.INT4)
                        .forCheckpoint())
                .hasMessage("--precision int4 is for CPUs, but the decoder has a card: choose fp16, bf16 or int4-fp16,"
                        + " or --engine onnxruntime.");
    }

    @Test
    void anEncoderAloneOnACardIsOneSentence() {
        assertThatThrownBy(() -> PrecisionChoice.of(GpuAssignment.parse("vision=0", 1), null))
                .hasMessageContaining("--gpus gives the decoder no card");
    }
}
