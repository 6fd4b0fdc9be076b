@NullMarked
package ai.autoglm.toolkit.chat;

import org.jspecify.annotations.NullMarked;
