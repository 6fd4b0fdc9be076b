package ai.autoglm.gateway.backend;

import com.google.protobuf.ByteString;
import java.util.HashSet;
import java.util.Set;

/// What a piece of work asks of a backend.
///
/// @param bundleId that the backend has to serve
/// @param key what decides between backends, such as the hash of the content
/// @param work how much it is, in the unit of its kind: one for a generation, patches of an image, bytes of an
///     audio
/// @param minModelLen shortest context length that will do; 0 where there is none
/// @param lasting whether a backend that is about to end will not do; otherwise it does where there is no other
/// @param excluded connections on which it has failed
public record BackendRequest(
        String bundleId,
        ByteString key,
        long work,
        int minModelLen,
        boolean lasting,
        Set<BackendLease.Connection> excluded) {
    public BackendRequest {
        excluded = Set.copyOf(excluded);
    }

    public static BackendRequest of(String bundleId, ByteString key, long work) {
        return new BackendRequest(bundleId, key, work, 0, false, Set.of());
    }

    /// The same for a context of at least this length.
    public BackendRequest withMinModelLen(int length) {
        return new BackendRequest(bundleId, key, work, length, lasting, excluded);
    }

    /// The same, but not on a backend that is about to end.
    public BackendRequest onLasting() {
        return new BackendRequest(bundleId, key, work, minModelLen, true, excluded);
    }

    /// The same anywhere but on this connection.
    public BackendRequest excluding(BackendLease.Connection failed) {
        Set<BackendLease.Connection> more = new HashSet<>(excluded);
        more.add(failed);
        return new BackendRequest(bundleId, key, work, minModelLen, lasting, more);
    }
}
