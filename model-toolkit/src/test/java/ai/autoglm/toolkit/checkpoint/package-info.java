@NullMarked
package ai.autoglm.toolkit.checkpoint;

import org.jspecify.annotations.NullMarked;
