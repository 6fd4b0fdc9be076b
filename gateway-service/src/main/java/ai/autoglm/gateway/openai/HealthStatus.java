package ai.autoglm.gateway.openai;

/// The answer of `GET /health`.
///
/// @param status `ok`, or why requests would fail
public record HealthStatus(String status, String model) {
    public static HealthStatus ok(ServedModel model) {
        return new HealthStatus("ok", model.name());
    }
}
