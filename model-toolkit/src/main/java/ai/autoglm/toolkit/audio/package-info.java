/// Everything between audio bytes and the input of the audio tower: sniff, decode, downmix, resample, log-mel windows.
/// [FeatureExtractor] is the entry.
@NullMarked
package ai.autoglm.toolkit.audio;

import org.jspecify.annotations.NullMarked;
