/// The older completions endpoint: raw prompts instead of conversations.
@NullMarked
package ai.autoglm.gateway.completions;

import org.jspecify.annotations.NullMarked;
