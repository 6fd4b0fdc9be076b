@NullMarked
package ai.autoglm.toolkit.grammar;

import org.jspecify.annotations.NullMarked;
