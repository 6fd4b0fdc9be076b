package ai.autoglm.tensorrt.memory;

import ai.autoglm.toolkit.engine.CacheLayout;
import ai.autoglm.toolkit.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How a decoder shares a card's memory.
///
/// @param weightBytes of the engine on the card
/// @param activationBytes that its contexts work in
/// @param cache of all sequences
/// @param freeBytes of the card before anything of this process is there
/// @param fewerBits whether weights of fewer bits are to be had
public record MemoryPlan(long weightBytes, long activationBytes, CacheLayout cache, long freeBytes, boolean fewerBits) {
    private static final double GIB = 1L << 30;

    /// Bytes of all together.
    public long neededBytes() {
        return weightBytes + activationBytes + cache.byteSize();
    }

    /// @throws EngineException with the sum, and what would make it fit, when there is not enough
    public MemoryPlan requireFits() {
        if (neededBytes() > freeBytes) {
            throw new EngineException("The decoder does not fit on the GPU: " + arithmetic() + ": " + advice() + ".");
        }
        return this;
    }

    /// "weights 16.4 + activations 1.0 + KV 7.8 for 8 × 25,480 tokens = 25.2 GiB, 23.3 free".
    public String arithmetic() {
        return String.format(
                Locale.ROOT,
                "weights %.1f + activations %.1f + KV %.1f for %d × %,d tokens = %.1f GiB, %.1f free",
                weightBytes / GIB,
                activationBytes / GIB,
                cache.byteSize() / GIB,
                cache.slotCount(),
                cache.rowCount() - 1,
                neededBytes() / GIB,
                freeBytes / GIB);
    }

    /// As a table of a few lines, in GiB.
    public List<String> table() {
        return List.of(
                row("weights", weightBytes, ""),
                row("activations", activationBytes, ""),
                row(
                        "KV cache",
                        cache.byteSize(),
                        String.format(Locale.ROOT, "  %d × %,d tokens", cache.slotCount(), cache.rowCount() - 1)),
                row("left", freeBytes - neededBytes(), String.format(Locale.ROOT, "  of %.2f free", freeBytes / GIB)));
    }

    private static String row(String name, long bytes, String note) {
        return String.format(Locale.ROOT, "%-12s %6.2f GiB%s", name, bytes / GIB, note);
    }

    private String advice() {
        long room = freeBytes - weightBytes - activationBytes;
        List<String> advice = new ArrayList<>();
        if (fewerBits) {
            advice.add("--precision int4-fp16");
        }
        long rowBytes = cache.byteSize() / cache.slotCount() / cache.rowCount();
        long slots = room / (rowBytes * cache.rowCount());
        if (slots > 0) {
            advice.add("--max-num-seqs and resume-slots of " + slots + " together");
        }
        // One row of each slot is for padding, and rows come in groups of eight.
        long tokens = room / (rowBytes * cache.slotCount()) / 8 * 8 - 1;
        if (tokens > 0) {
            advice.add("--max-model-len " + tokens);
        }
        return switch (advice.size()) {
            case 0 -> "take a card with more memory";
            case 1 -> "use " + advice.getFirst();
            case 2 -> "use " + advice.getFirst() + " or " + advice.getLast();
            default -> "use " + String.join(", ", advice.subList(0, advice.size() - 1)) + ", or " + advice.getLast();
        };
    }
}
