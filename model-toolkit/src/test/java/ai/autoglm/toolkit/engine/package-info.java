@NullMarked
package ai.autoglm.toolkit.engine;

import org.jspecify.annotations.NullMarked;
