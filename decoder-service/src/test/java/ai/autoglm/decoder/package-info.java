@NullMarked
package ai.autoglm.decoder;

import org.jspecify.annotations.NullMarked;
