package ai.autoglm.gateway.responses;

import ai.autoglm.gateway.openai.CompletionIdentity;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of `POST /v1/responses`, and its state within events. Source: API.md 2.
///
/// @param createdAt in seconds since 1970
/// @param error null unless it failed
/// @param usage null until it has ended
@JsonPropertyOrder({"id", "object", "created_at", "status", "error", "incomplete_details", "model", "output", "usage"})
record Response(
        String id,
        long createdAt,
        Status status,
        @Nullable Failure error,
        String model,
        List<OutputItem> output,
        @Nullable ResponseUsage usage,
        @JsonUnwrapped RequestEcho echo) {
    Response {
        output = List.copyOf(output);
    }

    static Response of(CompletionIdentity identity, RequestEcho echo, Status status, List<OutputItem> output) {
        return new Response(identity.id(), identity.created(), status, null, identity.model(), output, null, echo);
    }

    Response withUsage(ResponseUsage total) {
        return new Response(id, createdAt, status, error, model, output, total, echo);
    }

    Response failed(Failure failure) {
        return new Response(id, createdAt, Status.FAILED, failure, model, output, usage, echo);
    }

    @JsonProperty
    String object() {
        return "response";
    }

    /// Null unless the token limit cut it.
    @JsonProperty("incomplete_details")
    @Nullable
    IncompleteDetails incompleteDetails() {
        return status == Status.INCOMPLETE ? new IncompleteDetails("max_output_tokens") : null;
    }

    /// Nothing is kept after the answer.
    @JsonProperty
    boolean store() {
        return false;
    }

    /// Input that does not fit is refused, never shortened.
    @JsonProperty
    String truncation() {
        return "disabled";
    }

    record IncompleteDetails(String reason) {}

    record Failure(String code, String message) {}
}
