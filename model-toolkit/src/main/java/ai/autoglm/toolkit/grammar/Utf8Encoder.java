package ai.autoglm.toolkit.grammar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/// From automata over code points to automata over the bytes of UTF-8. (Lucene's own conversion also accepts forms that
/// are longer than needed, which no text in an index has, but which a model could write.)
final class Utf8Encoder {
    private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, Character.MAX_CODE_POINT};
    private static final int CONTINUATION_BITS = 6;
    private static final int FIRST_CONTINUATION = 0x80;
    private static final int LAST_CONTINUATION = 0xBF;

    private record Range(int min, int max) {}

    /// Where so many continuation bytes, whatever they are, lead to a state.
    private record Tail(int target, int length) {}

    private final Automaton.Builder builder = new Automaton.Builder();
    private final Map<Tail, Integer> tails = new HashMap<>();

    /// @param codePoints without surrogates
    static Automaton encode(Automaton codePoints) {
        return new Utf8Encoder().encoded(codePoints);
    }

    private Automaton encoded(Automaton codePoints) {
        for (int state = 0; state < codePoints.getNumStates(); state++) {
            builder.setAccept(builder.createState(), codePoints.isAccept(state));
        }
        Transition transition = new Transition();
        for (int state = 0; state < codePoints.getNumStates(); state++) {
            int count = codePoints.initTransition(state, transition);
            for (int index = 0; index < count; index++) {
                codePoints.getNextTransition(transition);
                addTransition(transition);
            }
        }
        return builder.finish();
    }

    private void addTransition(Transition transition) {
        int first = 0;
        for (int length = 1; length <= LAST_OF_LENGTH.length; length++) {
            int min = Math.max(first, transition.min);
            int max = Math.min(LAST_OF_LENGTH[length - 1], transition.max);
            if (min <= max) {
                addSequences(transition, new Range(min, max), length);
            }
            first = LAST_OF_LENGTH[length - 1] + 1;
        }
    }

    /// Splits a range until each byte of its parts is free of those before it.
    private void addSequences(Transition transition, Range whole, int length) {
        Deque<Range> open = new ArrayDeque<>();
        open.add(whole);
        for (Range range = open.poll(); range != null; range = open.poll()) {
            boolean split = false;
            for (int tail = 1; tail < length && !split; tail++) {
                int mask = (1 << (CONTINUATION_BITS * tail)) - 1;
                if ((range.min() & ~mask) != (range.max() & ~mask)) {
                    split = true;
                    if ((range.min() & mask) != 0) {
                        open.add(new Range(range.min(), range.min() | mask));
                        open.add(new Range((range.min() | mask) + 1, range.max()));
                    } else if ((range.max() & mask) != mask) {
                        open.add(new Range(range.min(), (range.max() & ~mask) - 1));
                        open.add(new Range(range.max() & ~mask, range.max()));
                    } else {
                        split = false;
                    }
                }
            }
            if (!split) {
                addSequence(transition, range, length);
            }
        }
    }

    private void addSequence(Transition transition, Range range, int length) {
        int state = transition.source;
        for (int index = 0; index < length; index++) {
            int rest = length - 1 - index;
            boolean free = isFree(range, rest);
            int next = rest == 0 || free ? tail(transition.dest, rest) : builder.createState();
            builder.addTransition(
                    state, next, utf8Byte(range.min(), index, length), utf8Byte(range.max(), index, length));
            if (free) {
                return;
            }
            state = next;
        }
    }

    /// Whether the last bytes may be any continuation bytes.
    private static boolean isFree(Range range, int rest) {
        int mask = (1 << (CONTINUATION_BITS * rest)) - 1;
        return (range.min() & mask) == 0 && (range.max() & mask) == mask;
    }

    private int tail(int target, int length) {
        if (length == 0) {
            return target;
        }
        Integer known = tails.get(new Tail(target, length));
        if (known != null) {
            return known;
        }
        int state = builder.createState();
        tails.put(new Tail(target, length), state);
        builder.addTransition(state, tail(target, length - 1), FIRST_CONTINUATION, LAST_CONTINUATION);
        return state;
    }

    private static int utf8Byte(int codePoint, int index, int length) {
        int bits = codePoint >> (CONTINUATION_BITS * (length - 1 - index));
        if (index > 0) {
            return FIRST_CONTINUATION | (bits & 0x3F);
        }
        return length == 1 ? bits : (0xF00 >> length & 0xFF) | bits;
    }
}
