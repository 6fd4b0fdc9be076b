/// A closed prompt to generated tokens, through a decoder.
@NullMarked
package ai.autoglm.gateway.decode;

import org.jspecify.annotations.NullMarked;
