package ai.autoglm.backend.encode;

import ai.autoglm.proto.rows.Embeddings;

/// A finished medium: all that is sent to whoever asks for it.
public record EncodedMedia<R>(Acceptance<R> acceptance, Embeddings rows) {}
