package ai.autoglm.toolkit.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The positions of a [Network] that were visited, each made once: a deterministic automaton that grows as texts are
/// written. When it has grown large it is forgotten as a whole, and grows again from where texts stand.
final class Positions {
    private static final int MAX_POSITIONS = 4096;
    private static final int MAX_READINGS = 1024;
    /// Bounds what one mask costs the others of a batch. A list of words takes 6,500 of them among 150,000 tokens, a
    /// choice of 50 objects 5,400, an object of any kind 2,000.
    private static final int MAX_FOLLOWED = 200_000;

    /// One reading of a text: a state, and where its calls return to.
    private record Reading(int state, @Nullable Frame frame) {}

    private record Return(int state, @Nullable Frame caller) {}

    private final Network network;
    private final Map<Return, Frame> frames = new HashMap<>();
    private final Map<Position, Position> positions = new HashMap<>();
    private int frameCount;
    private int followedCount; // readings since the last question

    Positions(Network network) {
        this.network = network;
    }

    /// Begins the answer to a question: from here on, it may follow so many readings and no more.
    void beginQuestion() {
        followedCount = 0;
    }

    /// Where the empty text stands.
    Position start() {
        return at(network.start(), null);
    }

    /// Where a text stands that has one reading.
    Position at(int state, @Nullable Frame frame) {
        return close(List.of(new Reading(state, frame)));
    }

    /// Where a text stands with one byte more.
    Position next(Position position, int value) {
        int byteClass = network.classOf(value);
        Position known = position.successor(byteClass);
        if (known != null) {
            return known;
        }
        follow(position.readingCount());
        List<Reading> advanced = new ArrayList<>();
        for (int reading = 0; reading < position.readingCount(); reading++) {
            int state = network.next(position.state(reading), byteClass);
            if (state != Network.NONE) {
                advanced.add(new Reading(state, position.frame(reading)));
            }
        }
        Position successor = advanced.isEmpty() ? Position.DEAD : close(advanced);
        position.rememberSuccessor(byteClass, successor, network.classCount());
        return successor;
    }

    /// Whether so much is remembered that it should be forgotten. Positions in use stay valid.
    boolean isFull() {
        return positions.size() > MAX_POSITIONS;
    }

    void forget() {
        positions.clear();
        frames.clear();
    }

    /// Follows calls and returns, which take no byte.
    private Position close(List<Reading> readings) {
        Set<Reading> seen = new HashSet<>(readings);
        Deque<Reading> open = new ArrayDeque<>(seen);
        boolean member = false;
        int distance = Distances.INFINITE - 1;
        List<Reading> kept = new ArrayList<>();
        for (Reading reading = open.poll(); reading != null; reading = open.poll()) {
            follow(1);
            int state = reading.state();
            Frame frame = reading.frame();
            if (seen.size() > MAX_READINGS) {
                throw Refusal.because("The grammar is too ambiguous: its text can be read in more than " + MAX_READINGS
                        + " ways at once.");
            }
            distance = Math.min(distance, network.distance(state) + Frame.distanceOf(frame));
            if (network.isAccepting(state)) {
                if (frame == null) {
                    member = true;
                } else {
                    visit(new Reading(frame.returnState(), frame.caller()), seen, open);
                }
            }
            for (Network.Call call : network.calls(state)) {
                visit(new Reading(call.start(), returnTo(call.returnState(), frame)), seen, open);
            }
            if (network.isReading(state)) {
                kept.add(reading);
            }
        }
        return unique(kept, member, distance);
    }

    private void follow(int readings) {
        followedCount += readings;
        if (followedCount > MAX_FOLLOWED) {
            throw Refusal.because("The grammar is too ambiguous: what may come next depends on more than "
                    + MAX_FOLLOWED + " readings.");
        }
    }

    private static void visit(Reading reading, Set<Reading> seen, Deque<Reading> open) {
        if (seen.add(reading)) {
            open.add(reading);
        }
    }

    /// A call that is the last thing its rule does returns to the rule's caller.
    private @Nullable Frame returnTo(int returnState, @Nullable Frame caller) {
        if (network.isEnding(returnState)) {
            return caller;
        }
        return frames.computeIfAbsent(new Return(returnState, caller), unknown -> {
            long distance = (long) network.distance(returnState) + Frame.distanceOf(caller);
            return new Frame(++frameCount, returnState, caller, (int) Math.min(Distances.INFINITE - 1, distance));
        });
    }

    private Position unique(List<Reading> readings, boolean member, int distance) {
        readings.sort(
                Comparator.comparingInt(Reading::state).thenComparingInt(reading -> Frame.numberOf(reading.frame())));
        int[] states = new int[readings.size()];
        @Nullable Frame[] callers = new @Nullable Frame[readings.size()];
        for (int index = 0; index < states.length; index++) {
            states[index] = readings.get(index).state();
            callers[index] = readings.get(index).frame();
        }
        Position position = new Position(states, callers, member, distance);
        Position known = positions.putIfAbsent(position, position);
        return known == null ? position : known;
    }
}
