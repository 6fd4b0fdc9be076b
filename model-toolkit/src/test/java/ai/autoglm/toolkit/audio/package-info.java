@NullMarked
package ai.autoglm.toolkit.audio;

import org.jspecify.annotations.NullMarked;
