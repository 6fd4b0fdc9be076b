@NullMarked
package ai.autoglm.gateway.openai;

import org.jspecify.annotations.NullMarked;
