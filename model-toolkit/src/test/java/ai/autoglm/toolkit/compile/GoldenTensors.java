package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.checkpoint.SafetensorsFile;
import ai.autoglm.toolkit.checkpoint.StoredTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;

/// What transformers computed, by name.
public final class GoldenTensors {
    private final Map<String, StoredTensor> tensors;

    GoldenTensors(Path file) {
        tensors = SafetensorsFile.map(file, Arena.ofAuto());
    }

    /// Those of the embedded model.
    public static GoldenTensors mini() {
        return new GoldenTensors(TestFiles.golden("golden.safetensors"));
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    /// A tensor of FLOAT32.
    public float[] floats(String name) {
        return tensor(name).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    long[] longs(String name) {
        return tensor(name).data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    }

    /// A tensor as it is stored.
    public byte[] bytes(String name) {
        return tensor(name).data().toArray(ValueLayout.JAVA_BYTE);
    }

    private StoredTensor tensor(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new AssertionError("Golden has no " + name);
        }
        return tensor;
    }
}
