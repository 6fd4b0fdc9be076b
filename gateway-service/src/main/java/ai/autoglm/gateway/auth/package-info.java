/// Who is calling: keys, and the files they come from.
@NullMarked
package ai.autoglm.gateway.auth;

import org.jspecify.annotations.NullMarked;
