package ai.autoglm.toolkit.grammar;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;
import org.jspecify.annotations.Nullable;

/// Lucene's regular algebra under limits of size and time, which no operation can pass by much: sizes are
/// estimated before anything is built. Past a limit every method throws INVALID_VALUE. One instance serves one
/// compilation.
final class Algebra {
    static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    static final int MAX_STATES = 60_000;
    private static final int MAX_TRANSITIONS = 600_000;
    /// Lucene's unit: a tenth of a state of a subset. The largest takes a few hundred milliseconds.
    private static final int WORK_LIMIT = 50_000;

    private final long deadline;

    Algebra(Duration timeLimit) {
        deadline = System.nanoTime() + timeLimit.toNanos();
    }

    /// Stops a compilation that takes too long or that nobody waits for any longer.
    void checkTime() {
        if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
            throw Refusal.because("It takes more than " + TIME_LIMIT.toSeconds() + " s to compile: simplify it.");
        }
    }

    Automaton concatenate(Automaton... parts) {
        return concatenate(List.of(parts));
    }

    Automaton concatenate(List<Automaton> parts) {
        long states = 0;
        long transitions = 0;
        long following = 0; // transitions that leave the start of what follows
        for (Automaton part : parts.reversed()) {
            states += part.getNumStates();
            transitions += part.getNumTransitions() + acceptCount(part) * following;
            following = startTransitions(part) + (isNullable(part) ? following : 0);
        }
        requireSize(states, transitions);
        return parts.size() == 1 ? parts.getFirst() : Operations.concatenate(parts);
    }

    Automaton union(Automaton... alternatives) {
        return union(List.of(alternatives));
    }

    Automaton union(Collection<Automaton> alternatives) {
        long states = 0;
        long transitions = 0;
        for (Automaton alternative : alternatives) {
            states += alternative.getNumStates();
            transitions += alternative.getNumTransitions() + startTransitions(alternative);
        }
        requireSize(states, transitions);
        return alternatives.size() == 1 ? alternatives.iterator().next() : Operations.union(alternatives);
    }

    Automaton optional(Automaton part) {
        return union(part, Automata.makeEmptyString());
    }

    /// @param max absent: any number
    Automaton repeat(Automaton part, int min, @Nullable Integer max) {
        requireRepeatable(part, max == null ? min + 1 : max);
        if (max != null && max == 0) {
            return Automata.makeEmptyString();
        }
        if (!isNullable(part)) {
            return max == null ? Operations.repeat(part, min) : Operations.repeat(part, min, max);
        }
        // Copies that may be empty would each be followed by all later ones.
        Automaton nonEmpty = withoutEmpty(part);
        return max == null ? Operations.repeat(nonEmpty) : Operations.repeat(nonEmpty, 0, max);
    }

    /// Whether that many copies of `part` in a row are within the limits.
    boolean isRepeatable(Automaton part, long count) {
        return count * part.getNumStates() <= MAX_STATES && repeatedTransitions(part, count) <= MAX_TRANSITIONS;
    }

    private void requireRepeatable(Automaton part, long count) {
        requireSize(count * part.getNumStates(), repeatedTransitions(part, count));
    }

    private static long repeatedTransitions(Automaton part, long count) {
        return count * (part.getNumTransitions() + acceptCount(part) * startTransitions(part));
    }

    Automaton minus(Automaton part, Automaton excluded) {
        return determinize(() -> Operations.minus(part, determinize(excluded), WORK_LIMIT));
    }

    Automaton intersection(Automaton left, Automaton right) {
        checkTime();
        requireSize(0, (long) left.getNumTransitions() + right.getNumTransitions());
        Automaton first = determinize(left);
        Automaton second = determinize(right);
        requireSize(0, (long) first.getNumStates() * second.getNumStates());
        return Operations.removeDeadStates(Operations.intersection(first, second));
    }

    /// The same language without states that lead nowhere, deterministic.
    Automaton determinize(Automaton part) {
        Automaton result = determinize(() -> Operations.determinize(part, WORK_LIMIT));
        requireSize(result.getNumStates(), result.getNumTransitions());
        return result;
    }

    private interface Construction {
        Automaton build();
    }

    private Automaton determinize(Construction construction) {
        checkTime();
        try {
            return Operations.removeDeadStates(construction.build());
        } catch (TooComplexToDeterminizeException e) {
            throw tooLarge();
        }
    }

    /// Refuses an automaton under construction that has grown too large.
    void requireStates(int count) {
        requireSize(count, 0);
    }

    private void requireSize(long states, long transitions) {
        checkTime();
        if (states > MAX_STATES || transitions > MAX_TRANSITIONS) {
            throw tooLarge();
        }
    }

    private static RuntimeException tooLarge() {
        return Refusal.because("It is too complex: its automaton would pass " + MAX_STATES
                + " states. Use smaller repetition counts or fewer alternatives.");
    }

    private static Automaton withoutEmpty(Automaton part) {
        Automaton.Builder builder = new Automaton.Builder();
        int start = builder.createState();
        builder.copy(part);
        builder.addEpsilon(start, 1);
        builder.setAccept(start, false);
        return builder.finish();
    }

    static boolean isNullable(Automaton part) {
        return part.getNumStates() > 0 && part.isAccept(0);
    }

    private static long acceptCount(Automaton part) {
        return part.getAcceptStates().cardinality();
    }

    private static long startTransitions(Automaton part) {
        return part.getNumStates() == 0 ? 0 : part.getNumTransitions(0);
    }
}
