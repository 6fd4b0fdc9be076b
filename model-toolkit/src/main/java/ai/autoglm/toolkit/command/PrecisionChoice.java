package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.engine.EngineChoice;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.Target;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.launch.GpuAssignment;
import ai.autoglm.toolkit.launch.Service;
import org.jspecify.annotations.Nullable;

/// Which precisions a server can run. Element types belong to the whole bundle and are the decoder's processor's.
///
/// @param target what the decoder computes on
/// @param asked what `--precision` says
record PrecisionChoice(Target target, @Nullable Precision asked) {
    /// @throws ServingException INVALID_CONFIGURATION where an encoder has a card and the decoder has none
    static PrecisionChoice of(GpuAssignment cards, @Nullable Precision asked) {
        boolean decoder = cards.card(Service.DECODER).isPresent();
        if (!decoder && !cards.cards().isEmpty()) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "--gpus gives the decoder no card: give it one, or run everything with --engine onnxruntime.");
        }
        return new PrecisionChoice(decoder ? Target.GPU : Target.CPU, asked);
    }

    /// What a checkpoint is compiled to.
    ///
    /// @throws ServingException INVALID_CONFIGURATION when the precision asked for is for other processors
    Precision forCheckpoint() {
        if (asked == null) {
            return target == Target.CPU ? Precision.FP32 : Precision.BF16;
        }
        if (asked.target() != target) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    switch (target) {
                        case CPU ->
                            "--precision " + asked + " is for GPUs and needs TensorRT: choose "
                                    + Precision.choices(target) + " here.";
                        case GPU ->
                            "--precision " + asked + " is for CPUs, but the decoder has a card: choose "
                                    + Precision.choices(target) + ", or --engine onnxruntime.";
                    });
        }
        return asked;
    }

    /// Refuses a compiled bundle of another precision than asked for, or for other processors.
    void requireOf(Bundle bundle) {
        Precision compiled = bundle.manifest().precision();
        if (asked != null && asked != compiled) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "--model " + bundle.directory() + " is compiled in " + compiled + " already: leave --precision "
                            + asked + " out, or name the checkpoint.");
        }
        bundle.requireFor(target, target == Target.CPU ? OnnxRuntimeEngine.NAME : EngineChoice.TENSORRT.toString());
    }
}
