@NullMarked
package ai.autoglm.tensorrt.rules;

import org.jspecify.annotations.NullMarked;
