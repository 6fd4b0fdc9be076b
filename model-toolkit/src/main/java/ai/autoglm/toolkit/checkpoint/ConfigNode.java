package ai.autoglm.toolkit.checkpoint;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;

/// A section of config.json whose missing keys are reported by name.
record ConfigNode(String path, JsonNode node) {
    int integer(String key) {
        JsonNode value = node.path(key);
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() <= 0) {
            throw missing(key);
        }
        return value.asInt();
    }

    int integer(String key, int absent) {
        return node.path(key).isMissingNode() || node.path(key).isNull() ? absent : integer(key);
    }

    double decimal(String key, double absent) {
        return node.path(key).asDouble(absent);
    }

    boolean flag(String key, boolean absent) {
        return node.path(key).asBoolean(absent);
    }

    void requireActivation(String expected) {
        String actual = node.path("hidden_act").asText(expected);
        if (!actual.equals(expected)) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT,
                    "config.json says " + path + "hidden_act \"" + actual + "\"; only \"" + expected
                            + "\" is supported.");
        }
    }

    ConfigNode child(String key) {
        return new ConfigNode(path + key + ".", node.path(key));
    }

    private ServingException missing(String key) {
        return new ServingException(
                ErrorCode.INVALID_CHECKPOINT, "config.json has no " + path + key + " that is a positive whole number.");
    }
}
