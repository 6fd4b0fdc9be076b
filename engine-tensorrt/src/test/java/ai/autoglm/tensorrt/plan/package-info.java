@NullMarked
package ai.autoglm.tensorrt.plan;

import org.jspecify.annotations.NullMarked;
