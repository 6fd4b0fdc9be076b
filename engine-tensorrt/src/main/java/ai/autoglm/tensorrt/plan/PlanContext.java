package ai.autoglm.tensorrt.plan;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.toolkit.engine.Shape;
import java.util.Map;

/// One way through an engine: shapes and addresses of a run. Contexts that never run at the same time may share their
/// activation memory.
public interface PlanContext {
    void useActivationMemory(DeviceMemory memory);

    /// Bytes of every input and output at the largest shapes of the context's profile. Before the first run: leaves
    /// those shapes set.
    Map<String, Long> largestBytes();

    void setShape(String input, Shape shape);

    void setAddress(String tensor, DeviceMemory memory);

    /// Adds the run to a stream.
    void enqueue(GpuStream stream);
}
