@NullMarked
package ai.autoglm.decoder.grammar;

import org.jspecify.annotations.NullMarked;
