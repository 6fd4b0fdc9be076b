@NullMarked
package ai.autoglm.decoder.sampling;

import org.jspecify.annotations.NullMarked;
