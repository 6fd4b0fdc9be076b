@NullMarked
package ai.autoglm.toolkit.deadline;

import org.jspecify.annotations.NullMarked;
