package ai.autoglm.toolkit.grammar;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.jspecify.annotations.Nullable;

/// JSON objects: members in a fixed order, some of which may be left out, then others.
///
/// The automaton has two places before each member: one where the object is empty so far, and one where a comma is due.
final class ObjectTexts {
    private static final int MAX_COPIED_STATES = 64;
    private static final int MAX_MEMBERS = 1_000;

    private final JsonTexts json;
    private final Rules rules;
    private final Algebra algebra;
    private final List<Member> members = new ArrayList<>();
    private @Nullable Automaton other;
    private boolean possible = true;

    private record Member(Automaton text, boolean required) {}

    ObjectTexts(JsonTexts json, Rules rules) {
        this.json = json;
        this.rules = rules;
        algebra = rules.algebra();
    }

    /// Adds the next member. One without any value is left out; where it is required there is no object.
    void member(String name, Automaton value, boolean required) {
        if (Operations.isEmpty(value)) {
            possible &= !required;
            return;
        }
        if (members.size() == MAX_MEMBERS) {
            throw Refusal.because("An object has more than " + MAX_MEMBERS + " properties.");
        }
        Automaton key = json.string(Texts.codePointsOf(name));
        members.add(new Member(compact(json.member(key, value)), required));
    }

    /// Lets members with other names follow.
    void others(Collection<String> names, Automaton value) {
        if (Operations.isEmpty(value)) {
            return;
        }
        Automaton anyText = algebra.repeat(Texts.anyCodePoint(), 0, null);
        Automaton key = names.isEmpty()
                ? json.string(0, null)
                : json.string(algebra.minus(
                        anyText,
                        algebra.union(names.stream().map(Texts::codePointsOf).toList())));
        other = compact(json.member(key, value));
    }

    private Automaton compact(Automaton text) {
        Automaton deterministic = algebra.determinize(text);
        return deterministic.getNumStates() > MAX_COPIED_STATES ? rules.callOf(deterministic) : deterministic;
    }

    Automaton automaton() {
        return possible ? linked() : Automata.makeEmpty();
    }

    private Automaton linked() {
        Automaton.Builder builder = new Automaton.Builder();
        int start = builder.createState();
        int end = builder.createState();
        builder.setAccept(end, true);
        int empty = builder.createState();
        int written = builder.createState();
        builder.addTransition(empty, end, '}');
        builder.addTransition(written, end, '}');
        if (other != null) {
            int entry = copy(builder, other, written, written);
            builder.addEpsilon(empty, entry);
        }
        for (Member member : members.reversed()) {
            algebra.checkTime();
            int emptyBefore = builder.createState();
            int writtenBefore = builder.createState();
            int entry = copy(builder, member.text(), writtenBefore, written);
            builder.addEpsilon(emptyBefore, entry);
            if (!member.required()) {
                builder.addEpsilon(emptyBefore, empty);
                builder.addEpsilon(writtenBefore, written);
            }
            empty = emptyBefore;
            written = writtenBefore;
        }
        builder.addTransition(start, empty, '{');
        return builder.finish();
    }

    /// Copies a member that leads to `target`, and to which a comma leads from `source`.
    ///
    /// @return where the member begins
    private static int copy(Automaton.Builder builder, Automaton member, int source, int target) {
        int comma = builder.createState();
        builder.addTransition(source, comma, ',');
        int entry = builder.getNumStates();
        builder.copy(member);
        builder.addTransition(comma, entry, ' ');
        builder.addEpsilon(comma, entry);
        for (int state = 0; state < member.getNumStates(); state++) {
            if (member.isAccept(state)) {
                builder.setAccept(entry + state, false);
                builder.addEpsilon(entry + state, target);
            }
        }
        return entry;
    }
}
