@NullMarked
package ai.autoglm.audio.testing;

import org.jspecify.annotations.NullMarked;
