package ai.autoglm.gateway.backend;

import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// What a backend says of itself.
///
/// @param maxModelLen longest sequence in tokens; 0 unless it is a decoder
/// @param draining whether it finishes what it has and wants no more
/// @param stalled whether its engine does not come back from a run
/// @param reportsProgress whether its calls hear of it at least once a second while they wait
public record BackendDescription(
        String bundleId, String engine, int maxModelLen, boolean draining, boolean stalled, boolean reportsProgress) {
    /// Of a backend that has said nothing yet.
    static final BackendDescription UNKNOWN = new BackendDescription("", "", 0, false, false, false);

    private static final int LABEL_LENGTH = 12;

    /// Accepts the answer of a backend of `kind`.
    ///
    /// @throws ServingException INVALID_CONFIGURATION when another service answers at this address
    static BackendDescription of(DescribeResponse response, BackendKind kind, String address) {
        if (!response.getService().equals(kind.serviceName())) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "At " + address + " a " + response.getService() + " answers, not a " + kind.serviceName() + ".");
        }
        return new BackendDescription(
                response.getBundleId(),
                response.getEngine(),
                response.getMaxModelLen(),
                response.getState() == DescribeResponse.State.STATE_DRAINING,
                response.getState() == DescribeResponse.State.STATE_STALLED,
                response.getReportsProgress());
    }

    /// The error of a request for another bundle than this one.
    ServingException mismatch(BackendKind kind, String requested) {
        return new ServingException(
                ErrorCode.BUNDLE_MISMATCH,
                "The " + kind.label() + " serves bundle " + abbreviated(bundleId) + ", this gateway serves "
                        + abbreviated(requested) + ".");
    }

    /// A bundle id as sentences and metrics have it.
    static String abbreviated(String bundleId) {
        return bundleId.isEmpty() ? "none" : bundleId.substring(0, Math.min(LABEL_LENGTH, bundleId.length()));
    }
}
