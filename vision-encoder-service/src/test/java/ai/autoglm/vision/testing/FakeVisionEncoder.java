package ai.autoglm.vision.testing;

import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.image.ImagePatches;
import ai.autoglm.vision.encode.VisionEncoder;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// A vision tower whose rows all hold the level of the image's first pixel. Runs only while it has
/// permits, and fails for black images.
public final class FakeVisionEncoder implements VisionEncoder {
    public static final int HIDDEN_SIZE = 8;
    public static final int MERGE_SIZE = 2;

    private final Semaphore permits = new Semaphore(0);
    private final Semaphore begun = new Semaphore(0);
    private final AtomicInteger runs = new AtomicInteger();

    public void permit(int count) {
        permits.release(count);
    }

    /// Waits until the tower has begun one more run.
    public void awaitRun() {
        begun.acquireUninterruptibly();
    }

    public int runCount() {
        return runs.get();
    }

    @Override
    public Embeddings encode(ImagePatches patches) {
        begun.release();
        permits.acquireUninterruptibly();
        runs.incrementAndGet();
        int level = patches.levels().get(0) & 0xff;
        if (level == 0) {
            throw new EngineException("fake failure", new IllegalStateException("black"));
        }
        try (Arena arena = Arena.ofConfined()) {
            int tokenCount = patches.grid().tokenCount();
            Tensor rows = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(tokenCount, HIDDEN_SIZE));
            for (long i = 0; i < rows.shape().elementCount(); i++) {
                rows.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, level);
            }
            return Embeddings.of(rows, ElementType.FLOAT32);
        }
    }

    @Override
    public void close() {}
}
