/// Speech to text: an audio file in, its words out.
@NullMarked
package ai.autoglm.gateway.transcription;

import org.jspecify.annotations.NullMarked;
