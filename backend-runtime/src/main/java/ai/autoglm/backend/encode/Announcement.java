package ai.autoglm.backend.encode;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/// What a client says about a medium before it sends the bytes.
///
/// @param bundleId the bundle that the request belongs to
/// @param sha256 of the bytes
/// @param byteCount of the bytes; negative where it does not fit
/// @param tokenCount rows that the client expects; absent where only decoding tells
/// @param takesProgress whether the client understands signs of life
public record Announcement(
        String bundleId,
        String requestId,
        ByteString sha256,
        long byteCount,
        @Nullable Integer tokenCount,
        boolean takesProgress) {}
