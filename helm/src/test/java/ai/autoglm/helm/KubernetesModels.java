package ai.autoglm.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;

/// Kubernetes' own models, as its Java client has them: they refuse unknown and missing fields.
final class KubernetesModels {
    private KubernetesModels() {}

    /// @throws AssertionError when the object is not one of its kind
    static void read(Manifest manifest) throws ReflectiveOperationException {
        read(manifest.apiVersion(), manifest.kind(), manifest.json());
    }

    static void read(String apiVersion, String kind, JsonNode json) throws ReflectiveOperationException {
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1).toUpperCase(Locale.ROOT);
        Class<?> model = Class.forName("io.kubernetes.client.openapi.models." + version + kind);
        try {
            model.getMethod("fromJson", String.class).invoke(null, json.toString());
        } catch (InvocationTargetException e) {
            throw new AssertionError(kind + ": " + e.getCause(), e.getCause());
        }
    }
}
