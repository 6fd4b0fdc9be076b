package ai.autoglm.toolkit.bundle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Token ids with a meaning of their own.
///
/// @param endOfSequence every id that ends a generation; their text is never emitted
/// @param image placeholder of one image row; absent in a text-only model
/// @param audio placeholder of one audio row; absent in a model without an audio tower
public record TokenSpec(
        List<Integer> endOfSequence,
        @Nullable Integer image,
        @Nullable Integer audio) {
    public TokenSpec {
        endOfSequence = List.copyOf(endOfSequence);
    }
}
