package ai.autoglm.tensorrt.rules;

import java.util.Arrays;

/// Element types of an ONNX graph that this project writes or that a rule names. The numbers are those of
/// `TensorProto.DataType`; the type INT4 is newer than the generated classes at hand.
public enum GraphType {
    FLOAT(1),
    UINT8(2),
    INT8(3),
    INT32(6),
    INT64(7),
    BOOL(9),
    FLOAT16(10),
    BFLOAT16(16),
    INT4(22);

    private final int number;

    GraphType(int number) {
        this.number = number;
    }

    /// As in `TensorProto.data_type`.
    public int number() {
        return number;
    }

    /// Bits that an element takes in memory.
    public int bits() {
        return switch (this) {
            case INT4 -> 4;
            case UINT8, INT8, BOOL -> 8;
            case FLOAT16, BFLOAT16 -> 16;
            case FLOAT, INT32 -> 32;
            case INT64 -> 64;
        };
    }

    /// @throws IllegalArgumentException for a type that no graph of ours has
    public static GraphType of(int number) {
        return Arrays.stream(values())
                .filter(type -> type.number == number)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("element type " + number + " is not known here"));
    }
}
