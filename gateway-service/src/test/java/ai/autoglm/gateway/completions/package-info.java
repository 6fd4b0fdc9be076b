@NullMarked
package ai.autoglm.gateway.completions;

import org.jspecify.annotations.NullMarked;
