package ai.autoglm.gateway.backend;

import ai.autoglm.gateway.discovery.BackendAddress;
import ai.autoglm.toolkit.digest.Sha256;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;

/// Which backend takes a piece of work: of those whose load is within the bound, the one that ranks first for the
/// key. While all are idle the same key always finds the same backend and its caches; the busier one is, the more
/// of its keys go to the backends that rank next for them, each key always to the same ones.
///
/// A backend is within the bound when its outstanding work is at most 1.25 times the mean of all, and one piece
/// such as this more. The least loaded one always is. Sources: Thaler and Ravishankar, "Using name-based mappings
/// to increase hit rates", 1998 (rendezvous hashing); Mirrokni, Thorup and Zadimoghaddam, "Consistent hashing
/// with bounded loads", 2016.
final class BackendChoice {
    private static final double BOUND = 1.25;

    /// A backend that could take the work.
    interface Candidate {
        BackendAddress address();

        /// Work that it has and has not finished, as far as this gateway has given it.
        long outstandingWork();
    }

    private BackendChoice() {}

    /// @param candidates at least one
    /// @param work what the new piece adds to a load
    static <C extends Candidate> C of(List<C> candidates, ByteString key, long work) {
        double mean = candidates.stream()
                .mapToLong(Candidate::outstandingWork)
                .average()
                .orElseThrow();
        double bound = BOUND * mean + work;
        return candidates.stream()
                .filter(candidate -> candidate.outstandingWork() <= bound)
                .min(Comparator.comparing(candidate -> rank(candidate.address(), key)))
                .orElseThrow();
    }

    /// The place of a backend among all for a key: the lowest comes first.
    private static ByteBuffer rank(BackendAddress address, ByteString key) {
        MessageDigest digest = Sha256.begin();
        digest.update(address.toString().getBytes(StandardCharsets.UTF_8));
        digest.update(key.asReadOnlyByteBuffer());
        return ByteBuffer.wrap(digest.digest());
    }
}
