package ai.autoglm.gateway.model;

import ai.autoglm.toolkit.digest.Sha256;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;

/// A loaded model with its share of new requests.
///
/// @param weight 0 to 100, relative to that of the others of its name
record WeightedBundle(LoadedModel model, int weight) {
    private static final double HALF = 0.5;
    private static final double RANGE = 0x1p64;

    /// The bundle for a key: always the same while weights stay, and when a weight changes only as many keys move
    /// as have to. Source: weighted rendezvous hashing, Schindelhauer and Schomaker, "Weighted distributed hash
    /// tables", 2005.
    ///
    /// @param bundles at least one, all of a weight above 0
    static WeightedBundle choose(List<WeightedBundle> bundles, ByteString key) {
        return bundles.stream()
                .max(Comparator.comparingDouble(bundle -> score(bundle.model.bundleId(), key, bundle.weight)))
                .orElseThrow();
    }

    /// weight / -ln(u), where u in (0, 1) is a hash of bundle and key: the probability that it is the highest of
    /// all is proportional to the weight.
    static double score(String bundleId, ByteString key, int weight) {
        MessageDigest digest = Sha256.begin();
        digest.update(bundleId.getBytes(StandardCharsets.UTF_8));
        digest.update(key.asReadOnlyByteBuffer());
        long bits = ByteBuffer.wrap(digest.digest()).getLong();
        double uniform = (unsigned(bits) + HALF) / RANGE;
        return weight / -Math.log(uniform);
    }

    private static double unsigned(long bits) {
        return (bits >>> 1) * 2.0 + (bits & 1);
    }
}
