package ai.autoglm.decoder.schedule;

import ai.autoglm.proto.fairness.DynamicThreshold;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The sequences that wait for a slot, in an order that is fair to their shares: each share has a counter of the
/// tokens that it was served, divided by its weight, and the share that was served least comes next. Within a share
/// the first to come is the first to go.
///
/// A share that begins to wait does not bring along the time when it wanted nothing: its counter is lifted to where
/// the service is, which is the least counter of those who wait, or that of the last share chosen when nobody does. The
/// counter of an absent share that is no further than that says nothing and is forgotten, and so is everything
/// when nobody waits or runs.
///
/// Sources: Goyal, Vin, Cheng: Start-time fair queueing, 1996 (virtual time); Sheng et al.: Fairness in serving large
/// language models, 2024 (counters of tokens, charged as they are served). Owned by the decode-loop thread.
final class FairQueue {
    /// Counters of absent shares that are kept, at most.
    static final int MAX_ABSENT = 1000;

    private static final class Line {
        final ArrayDeque<Sequence> waiting = new ArrayDeque<>();
        int runningCount;
        double served; // tokens by weight
    }

    private final Map<String, Line> lines = new HashMap<>();
    private final int capacity;
    private Line last = new Line(); // of the share that was chosen last
    private int size;

    /// @param capacity sequences that may wait
    FairQueue(int capacity) {
        this.capacity = capacity;
    }

    /// Whether one more of this share may wait. A share may not fill the queue: what it holds is bounded by what is
    /// free, unless nobody is told apart from others.
    ///
    /// @param startable sequences for which there are slots already
    boolean hasRoom(Share share, int startable) {
        int free = capacity + startable - size;
        if (share.isNobodys()) {
            return free > 0;
        }
        Line line = lines.get(share.id());
        return DynamicThreshold.permits(line == null ? 0 : line.waiting.size(), 1, free);
    }

    void add(Sequence sequence) {
        double floor = floor();
        Line line = lines.computeIfAbsent(shareOf(sequence).id(), _ -> new Line());
        if (line.waiting.isEmpty()) {
            line.served = Math.max(line.served, floor);
        }
        line.waiting.add(sequence);
        size++;
    }

    /// Who comes next.
    Optional<Sequence> peek() {
        return lines.values().stream()
                .filter(line -> !line.waiting.isEmpty())
                .min(Comparator.comparingDouble((Line line) -> line.served)
                        .thenComparingLong(
                                line -> line.waiting.element().times().submittedAt()))
                .map(line -> line.waiting.element());
    }

    /// Takes the sequence of [#peek] out: it runs from now on.
    ///
    /// @param tokenCount that its prompt costs
    void start(Sequence sequence, int tokenCount) {
        Line line = line(sequence);
        if (line.waiting.peek() != sequence) {
            throw new IllegalStateException("It is not this sequence's turn");
        }
        line.waiting.remove();
        size--;
        line.runningCount++;
        last = line;
        charge(sequence, tokenCount);
    }

    /// A running sequence was served more, or less than it was charged for.
    void charge(Sequence sequence, int tokenCount) {
        line(sequence).served += (double) tokenCount / shareOf(sequence).weight();
    }

    /// A running sequence has ended.
    void end(Sequence sequence) {
        line(sequence).runningCount--;
        forget();
    }

    /// Takes out a sequence that does not want to wait any more. Without effect when it does not wait.
    void remove(Sequence sequence) {
        Line line = lines.get(shareOf(sequence).id());
        if (line != null && line.waiting.remove(sequence)) {
            size--;
            forget();
        }
    }

    /// All that wait, share by share.
    List<Sequence> waiting() {
        List<Sequence> all = new ArrayList<>(size);
        lines.values().forEach(line -> all.addAll(line.waiting));
        return all;
    }

    int size() {
        return size;
    }

    /// Shares of which something is known.
    int shareCount() {
        return lines.size();
    }

    /// @throws IllegalStateException that names what is wrong
    void checkIntegrity(int runningCount) {
        int waiting = 0;
        int running = 0;
        for (Line line : lines.values()) {
            waiting += line.waiting.size();
            running += line.runningCount;
        }
        if (waiting != size || running != runningCount) {
            throw new IllegalStateException("The shares have " + waiting + " sequences waiting and " + running
                    + " running, not " + size + " and " + runningCount);
        }
        if (size + runningCount == 0 && !lines.isEmpty()) {
            throw new IllegalStateException(lines.size() + " shares are remembered and nobody is there");
        }
    }

    private void forget() {
        if (lines.values().stream().allMatch(FairQueue::isAbsent)) {
            lines.clear();
            last = new Line();
            return;
        }
        double floor = floor();
        lines.values().removeIf(line -> isAbsent(line) && line.served <= floor);
        long absent = lines.values().stream().filter(FairQueue::isAbsent).count();
        if (absent > MAX_ABSENT) {
            // Of those who were served ahead of others, the one with the smallest lead.
            lines.values().stream()
                    .filter(FairQueue::isAbsent)
                    .min(Comparator.comparingDouble(line -> line.served))
                    .ifPresent(line -> lines.values().remove(line));
        }
    }

    /// Where the service is.
    private double floor() {
        return lines.values().stream()
                .filter(line -> !line.waiting.isEmpty())
                .mapToDouble(line -> line.served)
                .min()
                .orElse(last.served);
    }

    private static boolean isAbsent(Line line) {
        return line.waiting.isEmpty() && line.runningCount == 0;
    }

    private Line line(Sequence sequence) {
        Line line = lines.get(shareOf(sequence).id());
        if (line == null) {
            throw new IllegalStateException(
                    "Nothing is known of the share of " + sequence.request().requestId());
        }
        return line;
    }

    private static Share shareOf(Sequence sequence) {
        return sequence.request().share();
    }
}
