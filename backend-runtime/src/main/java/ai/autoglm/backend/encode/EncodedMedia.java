package ai.autoglm.backend.encode;

import ai.autoglm.proto.rows.Embeddings;

/// A finished medium: all that is sent to whoever asks for it.
record EncodedMedia<R>(Acceptance<R> acceptance, Embeddings rows) {}
