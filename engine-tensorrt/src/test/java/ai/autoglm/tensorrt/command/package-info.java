@NullMarked
package ai.autoglm.tensorrt.command;

import org.jspecify.annotations.NullMarked;
