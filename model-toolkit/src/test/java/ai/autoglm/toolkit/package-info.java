@NullMarked
package ai.autoglm.toolkit;

import org.jspecify.annotations.NullMarked;
