package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/// The answer of `GET /health`.
///
/// @param status `ok`, `unavailable`, or `stopping`
/// @param missing kinds of backend of which none is ready; no key when all are
public record HealthStatus(
        String status,
        String model,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> missing) {
    public HealthStatus {
        missing = List.copyOf(missing);
    }
}
