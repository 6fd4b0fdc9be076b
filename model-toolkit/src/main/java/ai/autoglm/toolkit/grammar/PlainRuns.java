package ai.autoglm.toolkit.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds how much plain text may follow the states of a [Network]: within a JSON string as much as its length
/// leaves.
final class PlainRuns {
    private static final int MAX_STATES = 64;

    private final Network network;
    private final Map<Integer, Step> steps = new HashMap<>(); // by state
    private final Map<Integer, PlainRun> runs = new HashMap<>(); // by state

    /// Where one character of plain text leads.
    ///
    /// @param targets absent where not every character may follow
    /// @param dead whether none may
    private record Step(@Nullable Set<Integer> targets, boolean dead) {}

    PlainRuns(Network network) {
        this.network = network;
    }

    /// As long as the run lasts neither a call nor the end of the rule is possible, and how far it is to the end
    /// depends on the number of characters alone.
    PlainRun from(int state) {
        PlainRun known = runs.get(state);
        if (known != null) {
            return known;
        }
        List<Set<Integer>> passed = new ArrayList<>();
        PlainRun found = find(state, passed);
        // In a string of bounded length each of them has one character less.
        for (int length = 0; length < passed.size() && passed.get(length).size() == 1; length++) {
            if (length == 0 || found.length() < PlainTokens.MAX_CHARACTERS) {
                runs.put(passed.get(length).iterator().next(), found.after(length));
            }
        }
        return found;
    }

    /// @param passed collects the states that so many characters lead to
    private PlainRun find(int state, List<Set<Integer>> passed) {
        int[] distances = new int[PlainTokens.MAX_CHARACTERS + 1];
        distances[0] = network.distance(state);
        Set<Integer> states = Set.of(state);
        for (int length = 0; length < PlainTokens.MAX_CHARACTERS; length++) {
            passed.add(states);
            Set<Integer> next = after(states);
            if (next.equals(states)) {
                Arrays.fill(distances, length + 1, distances.length, distances[length]);
                return new PlainRun(distances, false);
            }
            if (next.isEmpty() || !sameDistance(next)) {
                boolean dead = states.stream().allMatch(last -> step(last).dead());
                return new PlainRun(Arrays.copyOf(distances, length + 1), dead);
            }
            distances[length + 1] = network.distance(next.iterator().next());
            states = next;
        }
        return new PlainRun(distances, false);
    }

    /// Empty where not every character may follow each of them.
    private Set<Integer> after(Set<Integer> states) {
        Set<Integer> next = new TreeSet<>();
        for (int state : states) {
            Set<Integer> targets = step(state).targets();
            if (targets == null) {
                return Set.of();
            }
            next.addAll(targets);
        }
        return next.size() > MAX_STATES ? Set.of() : next;
    }

    private boolean sameDistance(Set<Integer> states) {
        int distance = network.distance(states.iterator().next());
        return states.stream().allMatch(state -> network.distance(state) == distance);
    }

    private Step step(int state) {
        return steps.computeIfAbsent(state, unknown -> {
            Set<Integer> targets = new TreeSet<>();
            boolean all = isInner(unknown) && follow(unknown, PlainText.BOUNDARY, targets);
            return new Step(all ? targets : null, isInner(unknown) && isDead(unknown));
        });
    }

    private boolean isInner(int state) {
        return !network.isAccepting(state) && network.calls(state).isEmpty();
    }

    private boolean isDead(int state) {
        for (int[] range : PlainText.ranges(PlainText.BOUNDARY)) {
            for (int byteClass = network.classOf(range[0]); byteClass <= network.classOf(range[1]); byteClass++) {
                if (network.next(state, byteClass) != Network.NONE) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Collects where the rest of a character leads.
    ///
    /// @param within state of [PlainText]
    /// @return false where some character may not follow, or leads within itself to where it would end otherwise
    private boolean follow(int state, int within, Set<Integer> targets) {
        for (int[] range : PlainText.ranges(within)) {
            int last = network.classOf(range[1]);
            for (int byteClass = network.classOf(range[0]); byteClass <= last; byteClass++) {
                int next = network.next(state, byteClass);
                if (next == Network.NONE || !isInner(next)) {
                    return false;
                }
                if (range[2] == PlainText.BOUNDARY) {
                    targets.add(next);
                } else if (!follow(next, range[2], targets) || !isEvenWithin(next, range[2], targets)) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Whether a character's bytes that are missing are all that lies between.
    private boolean isEvenWithin(int state, int within, Set<Integer> targets) {
        return targets.stream()
                .allMatch(
                        target -> network.distance(state) == network.distance(target) + PlainText.missingBytes(within));
    }
}
