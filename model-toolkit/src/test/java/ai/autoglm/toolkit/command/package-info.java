@NullMarked
package ai.autoglm.toolkit.command;

import org.jspecify.annotations.NullMarked;
