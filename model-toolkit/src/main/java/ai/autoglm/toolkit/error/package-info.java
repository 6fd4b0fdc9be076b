/// Every error that a request or a command can end with: one code, one exception.
@NullMarked
package ai.autoglm.toolkit.error;

import org.jspecify.annotations.NullMarked;
