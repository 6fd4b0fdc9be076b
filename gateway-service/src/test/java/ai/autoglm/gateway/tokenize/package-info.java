@NullMarked
package ai.autoglm.gateway.tokenize;

import org.jspecify.annotations.NullMarked;
