@NullMarked
package ai.autoglm.gateway.sse;

import org.jspecify.annotations.NullMarked;
