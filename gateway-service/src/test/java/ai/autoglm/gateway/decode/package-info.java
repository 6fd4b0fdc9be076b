@NullMarked
package ai.autoglm.gateway.decode;

import org.jspecify.annotations.NullMarked;
