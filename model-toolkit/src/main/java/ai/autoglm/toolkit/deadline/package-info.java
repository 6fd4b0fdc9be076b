/// How long work may go on.
@NullMarked
package ai.autoglm.toolkit.deadline;

import org.jspecify.annotations.NullMarked;
