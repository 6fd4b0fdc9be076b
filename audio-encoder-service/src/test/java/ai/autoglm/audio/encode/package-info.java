@NullMarked
package ai.autoglm.audio.encode;

import org.jspecify.annotations.NullMarked;
