package ai.autoglm.gateway.backend;

import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.RowType;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// What a backend says of itself.
///
/// @param hiddenSize width of its embedding rows
/// @param maxModelLen longest sequence in tokens; 0 unless it is a decoder
public record BackendDescription(String engine, RowType rowType, int hiddenSize, int maxModelLen) {
    /// Accepts the answer of a backend of `kind` that serves `bundleId`.
    ///
    /// @throws ServingException BUNDLE_MISMATCH when it serves another bundle, INVALID_CONFIGURATION when
    ///     another service answers at this address
    static BackendDescription of(DescribeResponse response, BackendKind kind, String bundleId, String address) {
        if (!response.getService().equals(kind.serviceName())) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "At " + address + " a " + response.getService() + " answers, not a " + kind.serviceName() + ".");
        }
        if (!response.getBundleId().equals(bundleId)) {
            throw new ServingException(
                    ErrorCode.BUNDLE_MISMATCH,
                    "The " + kind.label() + " serves bundle " + abbreviated(response.getBundleId())
                            + ", this gateway serves " + abbreviated(bundleId) + ".");
        }
        return new BackendDescription(
                response.getEngine(), response.getRowType(), response.getHiddenSize(), response.getMaxModelLen());
    }

    private static String abbreviated(String bundleId) {
        return bundleId.isEmpty() ? "(none)" : bundleId.substring(0, Math.min(12, bundleId.length()));
    }
}
