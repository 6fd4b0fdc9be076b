@NullMarked
package ai.autoglm.gateway.backend;

import org.jspecify.annotations.NullMarked;
