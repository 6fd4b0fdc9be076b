package ai.autoglm.tensorrt.rules;

/// Where rules are written. The parser's source was read at the release before, its table of operators too; each
/// message named here was found in the libraries of 11.2.1 themselves.
final class Sources {
    static final String OPERATORS = "onnx-tensorrt, docs/operators.md, release 11.1 (7c51a63)";
    static final String STRONG_TYPES =
            "NvInfer.h 11.2, NetworkDefinitionCreationFlag::kSTRONGLY_TYPED: nothing is cast";
    static final String ALIASING = "NvInfer.h 11.2, IKVCacheUpdateLayer: cache and output share one address";

    private Sources() {}

    static String importer(String operator) {
        return "onnx-tensorrt, onnxOpImporters.cpp, release 11.0 (5ab48c5), import" + operator;
    }

    static String header(String member) {
        return "NvInfer.h 11.2, " + member;
    }

    static String message(String library, String text) {
        return library + " 11.2.1 says \"" + text + "\"";
    }
}
