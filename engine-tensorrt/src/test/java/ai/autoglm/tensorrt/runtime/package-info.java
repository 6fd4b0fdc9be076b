@NullMarked
package ai.autoglm.tensorrt.runtime;

import org.jspecify.annotations.NullMarked;
