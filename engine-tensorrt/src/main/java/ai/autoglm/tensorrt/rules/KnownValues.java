package ai.autoglm.tensorrt.rules;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Types and constants of a graph's values, as far as the walk over its nodes has come.
final class KnownValues {
    private final Map<String, ValueType> types = new HashMap<>();
    private final Map<String, TensorProto> initializers = new HashMap<>();
    private final Set<String> inputNames;
    private final Map<String, ValueType> outputs = new HashMap<>();

    KnownValues(GraphProto graph) {
        for (ValueInfoProto input : graph.getInputList()) {
            types.put(input.getName(), ValueType.of(input));
        }
        for (TensorProto initializer : graph.getInitializerList()) {
            types.put(initializer.getName(), ValueType.of(initializer));
            initializers.put(initializer.getName(), initializer);
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            outputs.put(output.getName(), ValueType.of(output));
        }
        inputNames = graph.getInputList().stream().map(ValueInfoProto::getName).collect(Collectors.toUnmodifiableSet());
    }

    @Nullable
    ValueType type(String value) {
        return types.get(value);
    }

    void define(String value, ValueType type) {
        types.put(value, type);
    }

    Optional<TensorProto> initializer(String value) {
        return Optional.ofNullable(initializers.get(value));
    }

    boolean isGraphInput(String value) {
        return inputNames.contains(value);
    }

    Optional<ValueType> declaredOutput(String value) {
        return Optional.ofNullable(outputs.get(value));
    }
}
