/// A small client of the OpenAI-compatible endpoint, behind `autoglm chat`.
@NullMarked
package ai.autoglm.toolkit.chat;

import org.jspecify.annotations.NullMarked;
