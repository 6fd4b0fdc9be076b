@NullMarked
package ai.autoglm.toolkit.launch;

import org.jspecify.annotations.NullMarked;
