/// Log-mel windows to embedding rows: the audio tower.
@NullMarked
package ai.autoglm.audio.encode;

import org.jspecify.annotations.NullMarked;
