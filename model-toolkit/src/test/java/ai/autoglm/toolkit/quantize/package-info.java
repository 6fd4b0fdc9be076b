@NullMarked
package ai.autoglm.toolkit.quantize;

import org.jspecify.annotations.NullMarked;
