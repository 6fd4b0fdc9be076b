@NullMarked
package ai.autoglm.gateway.transcription;

import org.jspecify.annotations.NullMarked;
