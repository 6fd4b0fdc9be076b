package ai.autoglm.gateway.text;

import org.jspecify.annotations.Nullable;

/// A piece of generated text.
///
/// @param tag null where the text is no tag
/// @param text as generated; that of a tag may be empty where its token has none to show
record Fragment(@Nullable Tag tag, TokenText text) {}
