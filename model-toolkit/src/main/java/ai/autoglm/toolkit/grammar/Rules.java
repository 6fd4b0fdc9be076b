package ai.autoglm.toolkit.grammar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.jspecify.annotations.Nullable;

/// The rules of a language under construction. A rule's body is an automaton whose labels are bytes (0 to 255) and
/// calls of rules ([#FIRST_CALL] and above), so regular algebra works on bodies as it does on texts.
final class Rules {
    static final int FIRST_CALL = 256;

    private static final int BLOCK = 256;
    static final int MAX_REPETITIONS = 1024 * BLOCK;
    /// Larger automata are called where they repeat, rather than copied.
    private static final int MAX_COPIED_STATES = 20_000;

    private final Algebra algebra;
    private final List<@Nullable Automaton> bodies = new ArrayList<>();
    private final Set<String> leftOut = new TreeSet<>();
    private int stateCount;

    Rules(Algebra algebra) {
        this.algebra = algebra;
    }

    Algebra algebra() {
        return algebra;
    }

    /// A new rule without a body, which may be called before it has one.
    int declare() {
        bodies.add(null);
        return bodies.size() - 1;
    }

    void define(int rule, Automaton body) {
        Automaton deterministic = algebra.determinize(body);
        stateCount += deterministic.getNumStates();
        if (stateCount > Algebra.MAX_STATES) {
            throw Refusal.because("It is too large: its rules have more than " + Algebra.MAX_STATES + " states.");
        }
        bodies.set(rule, deterministic);
    }

    Automaton call(int rule) {
        return Automata.makeChar(FIRST_CALL + rule);
    }

    /// A call of a new rule with this body.
    Automaton callOf(Automaton body) {
        int rule = declare();
        define(rule, body);
        return call(rule);
    }

    /// Notes what of a schema could not be said, so that fewer texts are in the language than match.
    void leaveOut(String what) {
        leftOut.add(what);
    }

    /// What of a schema could not be said.
    Set<String> leftOut() {
        return Collections.unmodifiableSet(leftOut);
    }

    int count() {
        return bodies.size();
    }

    Automaton body(int rule) {
        return Objects.requireNonNull(bodies.get(rule));
    }

    /// Copies of `part` in a row; where they would be large, calls of it, and where they are many, calls of blocks.
    ///
    /// @param max absent: any number
    Automaton repeat(Automaton part, int min, @Nullable Integer max) {
        int count = max == null ? min : max;
        if (count > MAX_REPETITIONS) {
            throw Refusal.because(
                    "It repeats something " + count + " times; the limit is " + MAX_REPETITIONS + " times.");
        }
        if ((count + 1L) * part.getNumStates() <= MAX_COPIED_STATES && algebra.isRepeatable(part, count + 1L)) {
            return algebra.repeat(part, min, max);
        }
        boolean nullable = Algebra.isNullable(part);
        Automaton one = callOf(algebra.repeat(part, 1, 1));
        int least = nullable ? 0 : min;
        if (max == null) {
            return algebra.concatenate(exactly(one, least), algebra.repeat(one, 0, null));
        }
        return algebra.concatenate(exactly(one, least), upTo(one, max - least));
    }

    private Automaton exactly(Automaton one, int count) {
        if (count < 2 * BLOCK) {
            return algebra.repeat(one, count, count);
        }
        Automaton block = callOf(algebra.repeat(one, BLOCK, BLOCK));
        int blocks = count / BLOCK;
        return algebra.concatenate(
                algebra.repeat(block, blocks, blocks), algebra.repeat(one, count % BLOCK, count % BLOCK));
    }

    /// Two readings at most are open at any place: within a whole block, or within the last one.
    private Automaton upTo(Automaton one, int count) {
        if (count < 2 * BLOCK) {
            return algebra.repeat(one, 0, count);
        }
        Automaton block = callOf(algebra.repeat(one, BLOCK, BLOCK));
        Automaton lastBlock = callOf(algebra.repeat(one, 1, BLOCK - 1));
        int blocks = count / BLOCK;
        return algebra.union(
                algebra.concatenate(algebra.repeat(block, 0, blocks - 1), algebra.optional(lastBlock)),
                algebra.concatenate(algebra.repeat(block, blocks, blocks), algebra.repeat(one, 0, count % BLOCK)));
    }
}
