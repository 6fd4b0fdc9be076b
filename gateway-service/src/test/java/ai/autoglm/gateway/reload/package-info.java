@NullMarked
package ai.autoglm.gateway.reload;

import org.jspecify.annotations.NullMarked;
