package ai.autoglm.proto.encode;

import ai.autoglm.proto.rows.Embeddings;

/// A finished medium: its rows, and what the encoder announces before them.
public interface EncodedMedia {
    Embeddings rows();
}
