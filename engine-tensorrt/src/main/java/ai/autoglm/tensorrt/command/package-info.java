/// Sub-commands of `autoglm` for machines with a GPU.
@NullMarked
package ai.autoglm.tensorrt.command;

import org.jspecify.annotations.NullMarked;
