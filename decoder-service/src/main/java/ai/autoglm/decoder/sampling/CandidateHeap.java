package ai.autoglm.decoder.sampling;

/// Token ids from the highest logit down, ties by the lowest id. Building it is linear in the vocabulary,
/// and few candidates are ever taken: far cheaper than sorting. Reused from step to step.
final class CandidateHeap {
    private final long[] keys; // [candidate], a binary heap, largest first: ordered logit bits, then ~id
    private int size;

    CandidateHeap(int vocabularySize) {
        keys = new long[vocabularySize];
    }

    void fill(float[] logits) {
        size = logits.length;
        for (int id = 0; id < size; id++) {
            keys[id] = key(logits[id], id);
        }
        for (int parent = size / 2 - 1; parent >= 0; parent--) {
            siftDown(parent);
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Takes the best candidate.
    int next() {
        long best = keys[0];
        keys[0] = keys[--size];
        siftDown(0);
        return ~(int) best;
    }

    private void siftDown(int start) {
        int parent = start;
        long moving = keys[parent];
        while (2 * parent + 1 < size) {
            int child = 2 * parent + 1;
            if (child + 1 < size && keys[child + 1] > keys[child]) {
                child++;
            }
            if (keys[child] <= moving) {
                break;
            }
            keys[parent] = keys[child];
            parent = child;
        }
        keys[parent] = moving;
    }

    private static long key(float logit, int id) {
        // Adding zero turns -0 into +0, which have to tie.
        int bits = Float.floatToRawIntBits(logit + 0.0f);
        int ordered = bits ^ ((bits >> 31) & 0x7fffffff);
        return ((long) ordered << 32) | (~id & 0xffffffffL);
    }
}
