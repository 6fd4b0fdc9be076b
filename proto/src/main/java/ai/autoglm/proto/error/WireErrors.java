package ai.autoglm.proto.error;

import ai.autoglm.proto.v1.ErrorDetail;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.Optional;

/// The one place where a [ServingException] becomes a gRPC status and back. The status tells gRPC's own machinery
/// (retries, metrics) what kind of failure it was; the [ErrorDetail] trailer carries the exact code and message.
public final class WireErrors {
    private static final Metadata.Key<ErrorDetail> DETAIL =
            Metadata.Key.of("autoglm-error-bin", ProtoUtils.metadataMarshaller(ErrorDetail.getDefaultInstance()));

    private WireErrors() {}

    /// What a server ends a call with. Anything but a [ServingException] is a bug: its message stays in the
    /// server.
    public static StatusRuntimeException toStatus(Throwable failure) {
        if (failure instanceof StatusRuntimeException status) {
            return status;
        }
        ServingException error = failure instanceof ServingException serving
                ? serving
                : new ServingException(ErrorCode.INTERNAL, "The server had an internal error.");
        Metadata trailers = new Metadata();
        trailers.put(
                DETAIL,
                ErrorDetail.newBuilder()
                        .setCode(error.code().name())
                        .setMessage(error.message())
                        .build());
        return statusOf(error.code())
                .withDescription(error.code().wireName())
                .withCause(failure)
                .asRuntimeException(trailers);
    }

    /// What a client makes of a failed call to `service`. A failure without detail comes from gRPC itself.
    public static ServingException fromStatus(Throwable failure, String service) {
        if (failure instanceof ServingException serving) {
            return serving;
        }
        Metadata trailers = Status.trailersFromThrowable(failure);
        ErrorDetail detail = trailers == null ? null : trailers.get(DETAIL);
        if (detail != null) {
            // A peer one release ahead may know more codes than we do.
            ErrorCode code = codeNamed(detail.getCode()).orElse(ErrorCode.INTERNAL);
            return new ServingException(code, detail.getMessage(), failure);
        }
        return switch (Status.fromThrowable(failure).getCode()) {
            case CANCELLED ->
                new ServingException(ErrorCode.CLIENT_CLOSED_REQUEST, "The request was cancelled.", failure);
            case DEADLINE_EXCEEDED ->
                new ServingException(ErrorCode.TIMEOUT, "The " + service + " did not answer in time.", failure);
            case UNAVAILABLE ->
                new ServingException(
                        ErrorCode.BACKEND_UNAVAILABLE, "The " + service + " cannot be reached right now.", failure);
            default ->
                new ServingException(ErrorCode.INTERNAL, "The " + service + " failed with an internal error.", failure);
        };
    }

    /// Whether the peer itself has told this error, rather than gRPC or this process.
    public static boolean isDeclared(Throwable failure) {
        Metadata trailers = Status.trailersFromThrowable(failure);
        return trailers != null && trailers.containsKey(DETAIL);
    }

    private static Optional<ErrorCode> codeNamed(String name) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(name)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }

    private static Status statusOf(ErrorCode code) {
        return switch (code) {
            case BUNDLE_MISMATCH -> Status.FAILED_PRECONDITION;
            case CLIENT_CLOSED_REQUEST -> Status.CANCELLED;
            case TIMEOUT -> Status.DEADLINE_EXCEEDED;
            default ->
                switch (code.type()) {
                    case USER_ERROR -> Status.INVALID_ARGUMENT;
                    case INSUFFICIENT_RESOURCES -> Status.RESOURCE_EXHAUSTED;
                    case EXTERNAL -> Status.UNAVAILABLE;
                    case INTERNAL_ERROR -> Status.INTERNAL;
                };
        };
    }
}
