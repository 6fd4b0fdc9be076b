package ai.autoglm.tensorrt.memory;

/// The attention of a vision encoder over the largest picture that it is built for.
///
/// @param heads of the encoder
/// @param parts in which a picture's patches attend, one after another
/// @param scoreBytes of one score
/// @param patches of the picture
/// @param patchPixels what a patch is of the checkpoint's `size.longest_edge`
public record PictureDemand(long heads, long parts, long scoreBytes, long patches, long patchPixels) {
    /// Of one part, before and after softmax: what is there at once where no single kernel computes it.
    long byteSize() {
        return 2 * heads * scoreBytes * (patches / parts) * patches;
    }

    /// Patches of the largest picture whose scores fit into `bytes`.
    long patchesWithin(long bytes) {
        double square = (double) Math.max(0, bytes) * parts / (2 * heads * scoreBytes);
        return (long) Math.sqrt(square) / parts * parts;
    }
}
