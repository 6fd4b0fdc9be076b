/// The bundle that this gateway serves, as far as the gateway needs it: manifest, tokenizer and chat
/// template.
@NullMarked
package ai.autoglm.gateway.model;

import org.jspecify.annotations.NullMarked;
