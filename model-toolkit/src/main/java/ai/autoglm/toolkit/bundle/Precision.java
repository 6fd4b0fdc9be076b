package ai.autoglm.toolkit.bundle;

import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.Target;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;

/// Element types of a bundle: of weights, activations, KV cache and rows between processes.
///
/// Integers are for the decoder's weights first of all, which a step reads from end to end. Encoders are bound by
/// arithmetic: `int4` runs them as `int8` does, and `int4-fp16` in fp16. The fusion layer is of low rank and is never
/// quantised.
public enum Precision {
    FP32("fp32", Target.CPU, ElementType.FLOAT32, WeightFormat.PLAIN, WeightFormat.PLAIN),
    INT8("int8", Target.CPU, ElementType.FLOAT32, WeightFormat.INT8_BLOCKS, WeightFormat.INT8_DYNAMIC),
    INT4("int4", Target.CPU, ElementType.FLOAT32, WeightFormat.INT4_BLOCKS, WeightFormat.INT8_DYNAMIC),
    FP16("fp16", Target.GPU, ElementType.FLOAT16, WeightFormat.PLAIN, WeightFormat.PLAIN),
    BF16("bf16", Target.GPU, ElementType.BFLOAT16, WeightFormat.PLAIN, WeightFormat.PLAIN),
    INT4_FP16("int4-fp16", Target.GPU, ElementType.FLOAT16, WeightFormat.INT4_BLOCKS, WeightFormat.PLAIN);

    private final String label;
    private final Target target;
    private final ElementType activations;
    private final WeightFormat decoderWeights;
    private final WeightFormat encoderWeights;

    Precision(
            String label,
            Target target,
            ElementType activations,
            WeightFormat decoderWeights,
            WeightFormat encoderWeights) {
        this.label = label;
        this.target = target;
        this.activations = activations;
        this.decoderWeights = decoderWeights;
        this.encoderWeights = encoderWeights;
    }

    /// The processors that this precision is for.
    public Target target() {
        return target;
    }

    /// What a part computes in.
    public PartPrecision of(ModelPart.Kind part) {
        return new PartPrecision(
                activations,
                switch (part) {
                    case DECODER -> decoderWeights;
                    case FUSION -> WeightFormat.PLAIN;
                    case VISION_ENCODER, AUDIO_ENCODER -> encoderWeights;
                });
    }

    /// Element type of keys and values.
    public ElementType kvType() {
        return activations;
    }

    /// Element type of embedding rows between processes, and of the table of token embeddings.
    public ElementType rowType() {
        return activations;
    }

    /// The precisions for a kind of processor, as a sentence names them: "fp32, int8 or int4".
    public static String choices(Target target) {
        List<String> labels = Arrays.stream(values())
                .filter(precision -> precision.target == target)
                .map(Precision::toString)
                .toList();
        return String.join(", ", labels.subList(0, labels.size() - 1)) + " or " + labels.getLast();
    }

    /// As in options and manifests.
    @Override
    @JsonValue
    public String toString() {
        return label;
    }
}
