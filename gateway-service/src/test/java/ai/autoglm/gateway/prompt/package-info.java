@NullMarked
package ai.autoglm.gateway.prompt;

import org.jspecify.annotations.NullMarked;
