package ai.autoglm.toolkit.vorbis;

import java.util.Arrays;

/// Turns spectra into blocks of samples and fades each over into the next. Owned by one thread. Source: Vorbis I 4.3.1,
/// 4.3.8.
final class BlockOverlap {
    private final InverseMdct shortTransform;
    private final InverseMdct longTransform;
    private final int shortLength;
    // [sample of a fade]: the rising half of the window; the falling one is its mirror image
    private final float[] shortFade;
    private final float[] longFade;
    // the last block's second half, before its window; empty before the first block
    private float[] tail = new float[0];

    BlockOverlap(Identification identification) {
        shortLength = identification.shortBlock() / 2;
        int longLength = identification.longBlock() / 2;
        shortTransform = new InverseMdct(shortLength);
        longTransform = new InverseMdct(longLength);
        shortFade = fade(shortLength);
        longFade = fade(longLength);
    }

    /// Takes the next block's spectrum and returns the samples from the middle of the block before to the middle of
    /// this one; none for the first.
    float[] append(float[] spectrum) {
        int half = spectrum.length;
        float[] block = (half == shortLength ? shortTransform : longTransform).transform(spectrum);
        float[] samples = tail.length == 0 ? new float[0] : overlap(block, half);
        tail = Arrays.copyOfRange(block, half, 2 * half);
        return samples;
    }

    private float[] overlap(float[] block, int half) {
        float[] fade = Math.min(tail.length, half) == shortLength ? shortFade : longFade;
        float[] samples = new float[(tail.length + half) / 2];
        int fadeStart = (tail.length - fade.length) / 2;
        int blockStart = (half - fade.length) / 2;
        System.arraycopy(tail, 0, samples, 0, fadeStart);
        for (int i = 0; i < fade.length; i++) {
            samples[fadeStart + i] = tail[fadeStart + i] * fade[fade.length - 1 - i] + block[blockStart + i] * fade[i];
        }
        int fadeEnd = fadeStart + fade.length;
        System.arraycopy(block, blockStart + fade.length, samples, fadeEnd, samples.length - fadeEnd);
        return samples;
    }

    private static float[] fade(int length) {
        float[] fade = new float[length];
        for (int i = 0; i < length; i++) {
            double sine = Math.sin((i + 0.5) / length * Math.PI / 2);
            fade[i] = (float) Math.sin(Math.PI / 2 * sine * sine);
        }
        return fade;
    }
}
