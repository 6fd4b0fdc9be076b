@NullMarked
package ai.autoglm.gateway.responses;

import org.jspecify.annotations.NullMarked;
