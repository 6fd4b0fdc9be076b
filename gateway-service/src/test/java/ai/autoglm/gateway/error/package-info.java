@NullMarked
package ai.autoglm.gateway.error;

import org.jspecify.annotations.NullMarked;
