/// Real numbers to integers with scales, and how much is lost on the way.
@NullMarked
package ai.autoglm.toolkit.quantize;

import org.jspecify.annotations.NullMarked;
