@NullMarked
package ai.autoglm.toolkit.compile;

import org.jspecify.annotations.NullMarked;
