package ai.autoglm.tensorrt.memory;

import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// How a model part shares a card's memory.
///
/// @param weightBytes of the engine on the card; once it is loaded, with all else that it has taken there
/// @param fourBitWeightBytes what they would be with `--precision int4-fp16`, where that is less
/// @param activationBytes that its contexts work in
/// @param cache of all sequences, where the part is a decoder
/// @param picture that its activations hold the scores of, where the part is a vision encoder
/// @param freeBytes of the card before anything of this part is there
public record MemoryPlan(
        ModelPart.Kind part,
        long weightBytes,
        OptionalLong fourBitWeightBytes,
        long activationBytes,
        Optional<CacheDemand> cache,
        Optional<PictureDemand> picture,
        long freeBytes) {
    private static final double GIB = 1L << 30;
    /// Shorter ones are no advice.
    private static final long FEWEST_TOKENS = 256;
    /// Smaller pictures are no advice.
    private static final long FEWEST_PATCHES = 256;

    /// The same with a KV cache.
    public MemoryPlan with(CacheDemand demand) {
        return new MemoryPlan(
                part, weightBytes, fourBitWeightBytes, activationBytes, Optional.of(demand), picture, freeBytes);
    }

    /// The same once more of the part than its weights has been taken.
    ///
    /// @param takenBytes of everything but activations and cache
    public MemoryPlan taking(long takenBytes) {
        return new MemoryPlan(part, takenBytes, fourBitWeightBytes, activationBytes, cache, picture, freeBytes);
    }

    /// Bytes of all together.
    public long neededBytes() {
        return weightBytes + activationBytes + cacheBytes();
    }

    private long cacheBytes() {
        return cache.map(CacheDemand::byteSize).orElse(0L);
    }

    /// @throws EngineException with the sum, and what would make it fit, when there is not enough
    public MemoryPlan requireFits() {
        if (neededBytes() > freeBytes) {
            throw new EngineException(
                    "The " + part + " does not fit on the GPU: " + arithmetic() + ": " + advice() + ".");
        }
        return this;
    }

    /// "weights 16.4 + activations 1.0 + KV 7.8 for 8 × 25,480 tokens = 25.2 GiB, 23.3 free".
    public String arithmetic() {
        return String.format(
                Locale.ROOT,
                "weights %.1f + activations %.1f%s = %.1f GiB, %.1f free",
                weightBytes / GIB,
                activationBytes / GIB,
                cache.map(MemoryPlan::cacheTerm).orElse(""),
                neededBytes() / GIB,
                freeBytes / GIB);
    }

    private static String cacheTerm(CacheDemand cache) {
        return String.format(Locale.ROOT, " + KV %.1f for %s", cache.byteSize() / GIB, slots(cache));
    }

    private static String slots(CacheDemand cache) {
        return String.format(Locale.ROOT, "%d × %,d tokens", cache.layout().slotCount(), cache.tokenCount());
    }

    /// As a table of a few lines, in GiB.
    public List<String> table() {
        List<String> rows = new ArrayList<>();
        rows.add(row("weights", weightBytes, ""));
        rows.add(row("activations", activationBytes, ""));
        cache.ifPresent(demand -> rows.add(row("KV cache", demand.byteSize(), "  " + slots(demand))));
        rows.add(row("left", freeBytes - neededBytes(), String.format(Locale.ROOT, "  of %.2f free", freeBytes / GIB)));
        return List.copyOf(rows);
    }

    private static String row(String name, long bytes, String note) {
        return String.format(Locale.ROOT, "%-12s %6.2f GiB%s", name, bytes / GIB, note);
    }

    /// Only what makes it fit by itself.
    private String advice() {
        List<String> advice = new ArrayList<>();
        fourBitWeightBytes.ifPresent(bytes -> {
            if (bytes + activationBytes + cacheBytes() <= freeBytes) {
                advice.add("--precision int4-fp16");
            }
        });
        cache.ifPresent(demand -> {
            long room = freeBytes - weightBytes - activationBytes;
            if (demand.sequencesWithin(room) > 0) {
                advice.add("--max-num-seqs " + demand.sequencesWithin(room));
            }
            if (demand.tokensWithin(room) >= FEWEST_TOKENS) {
                advice.add("--max-model-len " + demand.tokensWithin(room));
            }
        });
        picture.flatMap(this::smallerPicture).ifPresent(advice::add);
        return switch (advice.size()) {
            case 0 -> "take a card with more memory" + (fourBitWeightBytes.isPresent() ? combined() : "");
            case 1 -> "use " + advice.getFirst();
            case 2 -> "use " + advice.getFirst() + " or " + advice.getLast();
            default -> "use " + String.join(", ", advice.subList(0, advice.size() - 1)) + ", or " + advice.getLast();
        };
    }

    private Optional<String> smallerPicture(PictureDemand largest) {
        long patches = largest.patchesWithin(freeBytes - weightBytes - activationBytes + largest.byteSize());
        return patches < FEWEST_PATCHES
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "a size.longest_edge of %d in preprocessor_config.json (%,d patches) and compile again",
                        patches * largest.patchPixels(),
                        patches));
    }

    /// Weights of fewer bits and shorter sequences, where neither is enough alone.
    private String combined() {
        long room = freeBytes - fourBitWeightBytes.orElse(weightBytes) - activationBytes;
        long tokens = cache.map(demand -> demand.tokensWithin(room)).orElse(0L);
        return tokens < FEWEST_TOKENS ? "" : ", or use --precision int4-fp16 with --max-model-len " + tokens;
    }
}
