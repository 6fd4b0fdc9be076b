package ai.autoglm.gateway.discovery;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where backends of one kind are to be found, as configuration names it.
///
/// | written as                                   | means                                                    |
/// |----------------------------------------------|----------------------------------------------------------|
/// | `host:port`                                  | one backend                                              |
/// | `dns:host:port`                              | one at each address of the host, looked up again and again |
/// | `kubernetes:[namespace/]service:port`        | the endpoints of a service                               |
/// | `kubernetes:[namespace/](label=value;…):port` | those of all services with these labels                  |
///
/// The port of a Kubernetes target is a number or a port's name.
public sealed interface Target {
    /// A backend that is always there.
    record Static(BackendAddress address) implements Target {}

    /// All addresses of a host.
    record Dns(String host, int port) implements Target {}

    /// EndpointSlices.
    ///
    /// @param namespace empty: that of this pod
    /// @param labels that a slice has to have
    record Kubernetes(Optional<String> namespace, Map<String, String> labels, String port) implements Target {
        /// By which EndpointSlices name their service. Source: Kubernetes API, discovery.k8s.io/v1.
        static final String SERVICE_LABEL = "kubernetes.io/service-name";

        public Kubernetes {
            labels = Map.copyOf(labels);
        }
    }

    /// Reads a target.
    ///
    /// @throws ServingException INVALID_CONFIGURATION with a sentence that shows how one looks
    static Target parse(String text) {
        String target = text.strip();
        if (target.startsWith("dns:")) {
            BackendAddress name = BackendAddress.parseName(target.substring("dns:".length()));
            return new Dns(name.host(), name.port());
        }
        if (target.startsWith(KubernetesTarget.PREFIX)) {
            return KubernetesTarget.parse(target);
        }
        return new Static(BackendAddress.parse(target));
    }

    /// How a Kubernetes target is read.
    final class KubernetesTarget {
        static final String PREFIX = "kubernetes:";

        private static final Pattern FORM =
                Pattern.compile(PREFIX + "(?:([a-z0-9-]+)/)?(?:([a-z0-9-]+)|\\(([^()]+)\\)):([a-z0-9-]+)");

        private KubernetesTarget() {}

        static Kubernetes parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw invalid(text);
            }
            Map<String, String> labels = matcher.group(2) != null
                    ? Map.of(Kubernetes.SERVICE_LABEL, matcher.group(2))
                    : labels(matcher.group(3), text);
            return new Kubernetes(Optional.ofNullable(matcher.group(1)), labels, matcher.group(4));
        }

        private static Map<String, String> labels(String selector, String text) {
            Map<String, String> labels = new LinkedHashMap<>();
            Arrays.stream(selector.split(";", -1)).map(String::strip).forEach(label -> {
                int sign = label.indexOf('=');
                if (sign < 1) {
                    throw invalid(text);
                }
                labels.put(label.substring(0, sign), label.substring(sign + 1));
            });
            return labels;
        }

        private static ServingException invalid(String text) {
            return new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "'" + text + "' names no backends in Kubernetes: it has to look like"
                            + " kubernetes:namespace/service:9003 or kubernetes:namespace/(label=value;label=value):grpc.");
        }
    }
}
