package ai.autoglm.vision.encode;

import ai.autoglm.proto.encode.EncodedMedia;
import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.toolkit.image.PatchGrid;

/// An image with its rows.
///
/// @param grid of its patches, before merging
public record EncodedImage(PatchGrid grid, Embeddings rows) implements EncodedMedia {}
