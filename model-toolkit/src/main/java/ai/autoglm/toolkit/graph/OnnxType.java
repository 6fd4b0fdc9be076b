package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.engine.ElementType;

/// Element types as ONNX numbers them. Source: `TensorProto.DataType` in onnx.proto, of which the generated classes at
/// hand know all but INT4.
enum OnnxType {
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

    OnnxType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static OnnxType of(ElementType type) {
        return switch (type) {
            case BOOL -> BOOL;
            case UINT8 -> UINT8;
            case FLOAT16 -> FLOAT16;
            case BFLOAT16 -> BFLOAT16;
            case FLOAT32 -> FLOAT;
            case INT32 -> INT32;
            case INT64 -> INT64;
        };
    }
}
