package ai.autoglm.toolkit.engine;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;

/// Real numbers of one element type in memory, dense and little-endian, read and written as fp32. Reading is exact;
/// writing rounds to the nearest value that the type has, to the even one of two, and to infinity beyond its range.
/// Source of the 16-bit types: IEEE 754 binary16; bfloat16 is the upper half of binary32.
public record FloatView(ElementType type, MemorySegment data) {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final int BFLOAT16_SHIFT = 16;

    public FloatView {
        if (!type.isReal()) {
            throw new IllegalArgumentException(type + " is no type of real numbers");
        }
        if (data.byteSize() % type.bytes() != 0) {
            throw new IllegalArgumentException(data.byteSize() + " bytes hold no whole number of " + type);
        }
    }

    /// The elements of a tensor, outermost first.
    public static FloatView of(Tensor tensor) {
        return new FloatView(tensor.type(), tensor.data());
    }

    /// An array, in fp32.
    public static FloatView of(float... values) {
        return new FloatView(ElementType.FLOAT32, MemorySegment.ofArray(values));
    }

    public long size() {
        return data.byteSize() / type.bytes();
    }

    /// The elements from `first` to `first + count - 1`, sharing this memory.
    public FloatView slice(long first, long count) {
        return new FloatView(type, data.asSlice(first * type.bytes(), count * type.bytes()));
    }

    public float at(long index) {
        return switch (type) {
            case FLOAT16 -> Float.float16ToFloat(data.get(SHORT, index * Short.BYTES));
            case BFLOAT16 -> bfloat16ToFloat(data.get(SHORT, index * Short.BYTES));
            default -> data.get(FLOAT, index * Float.BYTES);
        };
    }

    public void set(long index, float value) {
        switch (type) {
            case FLOAT16 -> data.set(SHORT, index * Short.BYTES, Float.floatToFloat16(value));
            case BFLOAT16 -> data.set(SHORT, index * Short.BYTES, floatToBfloat16(value));
            default -> data.set(FLOAT, index * Float.BYTES, value);
        }
    }

    /// Copies elements from `first` on to an array.
    public void read(long first, float[] target, int offset, int count) {
        switch (type) {
            case FLOAT16 -> {
                for (int index = 0; index < count; index++) {
                    target[offset + index] = Float.float16ToFloat(data.get(SHORT, (first + index) * Short.BYTES));
                }
            }
            case BFLOAT16 -> {
                for (int index = 0; index < count; index++) {
                    target[offset + index] = bfloat16ToFloat(data.get(SHORT, (first + index) * Short.BYTES));
                }
            }
            default -> MemorySegment.copy(data, FLOAT, first * Float.BYTES, target, offset, count);
        }
    }

    /// Copies elements of an array to `first` and following.
    public void write(long first, float[] source, int offset, int count) {
        switch (type) {
            case FLOAT16 -> {
                for (int index = 0; index < count; index++) {
                    data.set(SHORT, (first + index) * Short.BYTES, Float.floatToFloat16(source[offset + index]));
                }
            }
            case BFLOAT16 -> {
                for (int index = 0; index < count; index++) {
                    data.set(SHORT, (first + index) * Short.BYTES, floatToBfloat16(source[offset + index]));
                }
            }
            default -> MemorySegment.copy(source, offset, data, FLOAT, first * Float.BYTES, count);
        }
    }

    /// Copies all elements to another view of the same size, in that one's type.
    public void copyTo(FloatView target) {
        if (target.size() != size()) {
            throw new IllegalArgumentException(size() + " numbers do not fill " + target.size());
        }
        if (target.type == type) {
            target.data.copyFrom(data);
            return;
        }
        float[] block = new float[(int) Math.min(size(), 4096)];
        for (long first = 0; first < size(); first += block.length) {
            int count = (int) Math.min(block.length, size() - first);
            read(first, block, 0, count);
            target.write(first, block, 0, count);
        }
    }

    /// Index of the first element that is infinite or no number.
    public OptionalLong firstNotFinite() {
        for (long index = 0; index < size(); index++) {
            if (!Float.isFinite(at(index))) {
                return OptionalLong.of(index);
            }
        }
        return OptionalLong.empty();
    }

    private static float bfloat16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << BFLOAT16_SHIFT);
    }

    private static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >> BFLOAT16_SHIFT) | 0x40); // stays a quiet NaN when its lower half is cut
        }
        int toEven = 0x7fff + ((bits >> BFLOAT16_SHIFT) & 1);
        return (short) ((bits + toEven) >> BFLOAT16_SHIFT);
    }
}
