@NullMarked
package ai.autoglm.toolkit.vorbis;

import org.jspecify.annotations.NullMarked;
