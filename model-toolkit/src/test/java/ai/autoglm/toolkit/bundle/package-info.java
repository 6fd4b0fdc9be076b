@NullMarked
package ai.autoglm.toolkit.bundle;

import org.jspecify.annotations.NullMarked;
