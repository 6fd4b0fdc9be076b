package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.toolkit.engine.Shape;
import java.util.Map;

/// What makes two runs the same to a captured graph: the profile, every shape and every address.
record RunKey(int profile, Map<String, Shape> shapes, Map<String, DeviceMemory> addresses) {
    RunKey {
        shapes = Map.copyOf(shapes);
        addresses = Map.copyOf(addresses);
    }

    @Override
    public String toString() {
        return "profile " + profile + " " + shapes;
    }
}
