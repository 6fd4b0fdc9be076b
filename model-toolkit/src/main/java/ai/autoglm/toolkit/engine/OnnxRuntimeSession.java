package ai.autoglm.toolkit.engine;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/// A model part in ONNX Runtime. Tensors are handed over without a copy; outputs are pinned to the caller's memory,
/// so a tensor that is both input and output is updated in place.
final class OnnxRuntimeSession implements ModelSession {
    private final OrtEnvironment environment;
    private final OrtSession session;

    OnnxRuntimeSession(OrtEnvironment environment, OrtSession session) {
        this.environment = environment;
        this.session = session;
    }

    @Override
    public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        // The same tensor must become the same native value, or ONNX Runtime copies the cache at every step.
        IdentityHashMap<Tensor, OnnxTensor> bound = new IdentityHashMap<>();
        try {
            Map<String, OnnxTensor> inputValues = bind(inputs, bound);
            Map<String, OnnxTensor> outputValues = bind(outputs, bound);
            session.run(inputValues, Set.of(), outputValues).close();
        } catch (OrtException e) {
            throw new EngineException("ONNX Runtime failed", e);
        } finally {
            bound.values().forEach(OnnxTensor::close);
        }
    }

    private Map<String, OnnxTensor> bind(Map<String, Tensor> tensors, IdentityHashMap<Tensor, OnnxTensor> bound)
            throws OrtException {
        Map<String, OnnxTensor> values = HashMap.newHashMap(tensors.size());
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            OnnxTensor value = bound.get(entry.getValue());
            if (value == null) {
                value = view(entry.getValue());
                bound.put(entry.getValue(), value);
            }
            values.put(entry.getKey(), value);
        }
        return values;
    }

    private OnnxTensor view(Tensor tensor) throws OrtException {
        ByteBuffer bytes = tensor.data().asByteBuffer().order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(environment, bytes, tensor.shape().toArray(), type(tensor.type()));
    }

    private static OnnxJavaType type(ElementType type) {
        return switch (type) {
            case BOOL -> OnnxJavaType.BOOL;
            case UINT8 -> OnnxJavaType.UINT8;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case FLOAT32 -> OnnxJavaType.FLOAT;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
        };
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("ONNX Runtime cannot close a session", e);
        }
    }
}
