@NullMarked
package ai.autoglm.gateway.discovery;

import org.jspecify.annotations.NullMarked;
