/// The Responses API, as far as a server without memory has it: items in, items out.
@NullMarked
package ai.autoglm.gateway.responses;

import org.jspecify.annotations.NullMarked;
