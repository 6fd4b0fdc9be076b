@NullMarked
package ai.autoglm.gateway.encode;

import org.jspecify.annotations.NullMarked;
