package ai.autoglm.decoder.fuse;

import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.FusionSpec;
import ai.autoglm.toolkit.engine.CacheLayout;
import ai.autoglm.toolkit.engine.CacheLayout.CacheTensor;
import ai.autoglm.toolkit.engine.CacheMemory;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelSession;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fusion keys and values of each slot's media rows, by media ordinal. Where the engine takes caches of
/// any size, a slot's memory is made when it first sees media, and grows with them; otherwise all is made at the start.
final class FusionCaches implements AutoCloseable {
    private final ModelSession session;
    private final FusionSpec spec;
    private final ElementType kvType;
    private final @Nullable CacheMemory[] caches; // [slot]

    /// @param maxRows of a slot, the dummy row of a chunk without media included
    FusionCaches(ModelSession session, FusionSpec spec, ElementType kvType, int slotCount, int maxRows) {
        this.session = session;
        this.spec = spec;
        this.kvType = kvType;
        caches = new @Nullable CacheMemory[slotCount];
        if (!session.takesAnyCacheSize()) {
            for (int slot = 0; slot < slotCount; slot++) {
                caches[slot] = allocate(maxRows);
            }
        }
    }

    /// A slot's memory, with room for `rowCount` rows and those it holds already.
    CacheMemory withRoom(int slot, int rowCount) {
        CacheMemory cache = caches[slot];
        if (cache != null && cache.layout().rowCount() >= rowCount) {
            return cache;
        }
        CacheMemory larger = allocate(rowCount);
        if (cache != null) {
            larger.copyRows(cache, 0, 0, cache.layout().rowCount());
            cache.close();
        }
        caches[slot] = larger;
        return larger;
    }

    private CacheMemory allocate(int rowCount) {
        return session.allocateCache(new CacheLayout(
                List.of(new CacheTensor("k_cache", "k_cache_out"), new CacheTensor("v_cache", "v_cache_out")),
                kvType,
                1,
                spec.headCount(),
                roundUp(rowCount),
                spec.headDimension()));
    }

    @Nullable
    CacheMemory of(int slot) {
        return caches[slot];
    }

    /// Forgets what a slot holds.
    void forget(int slot) {
        CacheMemory cache = caches[slot];
        if (cache != null && session.takesAnyCacheSize()) {
            cache.close();
            caches[slot] = null;
        } else if (cache != null) {
            cache.clear(0);
        }
    }

    static int roundUp(int rowCount) {
        return Math.ceilDiv(rowCount, BundleParts.KEY_BUCKET) * BundleParts.KEY_BUCKET;
    }

    @Override
    public void close() {
        for (CacheMemory cache : caches) {
            if (cache != null) {
                cache.close();
            }
        }
    }
}
