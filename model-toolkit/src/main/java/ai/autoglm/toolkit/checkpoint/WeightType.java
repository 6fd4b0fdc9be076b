package ai.autoglm.toolkit.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// Element types in which weights are stored; each knows how to read one element as fp32, exactly.
public enum WeightType {
    F32(4) {
        @Override
        public float read(MemorySegment data, long index) {
            return data.get(JAVA_FLOAT_UNALIGNED, index * 4);
        }
    },
    F16(2) {
        @Override
        public float read(MemorySegment data, long index) {
            return Float.float16ToFloat(data.get(JAVA_SHORT_UNALIGNED, index * 2));
        }
    },
    BF16(2) {
        @Override
        public float read(MemorySegment data, long index) {
            return Float.intBitsToFloat(data.get(JAVA_SHORT_UNALIGNED, index * 2) << 16);
        }
    };

    private final int bytes;

    WeightType(int bytes) {
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }

    /// Element `index` of little-endian `data`.
    public abstract float read(MemorySegment data, long index);
}
