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
    private static final int MAX_COUNTED_PLACES = 10_000;

    private final JsonTexts json;
    private final Rules rules;
    private final Algebra algebra;
    private final List<Member> members = new ArrayList<>();
    private final Counts counts;
    private final List<Automaton> others = new ArrayList<>();
    private boolean possible = true;

    /// How many members an object has.
    ///
    /// @param max absent: any number
    record Counts(int min, @Nullable Integer max) {}

    private record Member(Automaton text, boolean required) {}

    ObjectTexts(JsonTexts json, Rules rules, Counts counts) {
        this.json = json;
        this.rules = rules;
        this.counts = counts;
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
        others.add(compact(json.member(key, value)));
    }

    /// Lets members follow whose names are of some kind.
    ///
    /// @param names over code points, none of those of declared members
    void others(Automaton names, Automaton value) {
        if (!Operations.isEmpty(value) && !Operations.isEmpty(names)) {
            others.add(compact(json.member(json.string(names), value)));
        }
    }

    private Automaton compact(Automaton text) {
        Automaton deterministic = algebra.determinize(text);
        return deterministic.getNumStates() > MAX_COPIED_STATES ? rules.callOf(deterministic) : deterministic;
    }

    Automaton automaton() {
        if (!possible) {
            return Automata.makeEmpty();
        }
        int known = members.size() + (others.isEmpty() ? 0 : 1);
        if (counts.min() > known) {
            throw Refusal.because("\"minProperties\" is " + counts.min() + ", but only " + known
                    + " different properties can be told apart: declare more of them.");
        }
        long requiredCount = members.stream().filter(Member::required).count();
        boolean bounded = counts.max() != null && (!others.isEmpty() || counts.max() < members.size());
        return bounded || counts.min() > requiredCount ? counted() : linked();
    }

    /// As [#linked], with a place for each number of members before each member. Other members may have equal names, so
    /// they count as one where a least number is asked for, and each where a greatest one is.
    private Automaton counted() {
        int max = counts.max() == null ? members.size() : Math.min(counts.max(), MAX_MEMBERS);
        int places = Math.min(max, members.size()) + 1;
        if ((long) places * members.size() > MAX_COUNTED_PLACES) {
            throw Refusal.because("\"minProperties\" and \"maxProperties\" of so many properties are not supported.");
        }
        Automaton.Builder builder = new Automaton.Builder();
        int start = builder.createState();
        int end = builder.createState();
        builder.setAccept(end, true);
        Automaton other = others.isEmpty() ? Automata.makeEmpty() : rules.callOf(algebra.union(others));
        int[] behindOthers = others.isEmpty() ? new int[0] : otherPlaces(builder, other, max, end);
        int[] after = new int[places]; // [members written]
        for (int written = 0; written < places; written++) {
            after[written] = builder.createState();
            if (written >= counts.min()) {
                builder.addTransition(after[written], end, '}');
            }
            boolean isFull = counts.max() != null && written == max;
            if (!others.isEmpty() && !isFull && written + 1 >= counts.min()) {
                addMember(builder, other, after[written], written, behindOthers[written + 1]);
            }
        }
        for (Member member : members.reversed()) {
            algebra.checkTime();
            Automaton text = rules.callOf(member.text());
            int[] before = new int[places];
            for (int written = 0; written < places; written++) {
                before[written] = builder.createState();
                if (!member.required()) {
                    builder.addEpsilon(before[written], after[written]);
                }
                if (written + 1 < places) {
                    addMember(builder, text, before[written], written, after[written + 1]);
                }
            }
            after = before;
        }
        builder.addTransition(start, after[0], '{');
        return builder.finish();
    }

    /// The places behind one or more other members, by the number of members written. One of those is certain to be
    /// different from the rest, so the object may end there. Where it has no greatest number, all places
    /// are the same.
    private int[] otherPlaces(Automaton.Builder builder, Automaton other, int max, int end) {
        int[] places = new int[max + 2];
        int next = -1;
        for (int written = max + 1; written > 0; written--) {
            algebra.checkTime();
            if (next < 0 || counts.max() != null) {
                int place = builder.createState();
                builder.addTransition(place, end, '}');
                if (counts.max() == null) {
                    copy(builder, other, place, place);
                } else if (written < max) {
                    copy(builder, other, place, next);
                }
                next = place;
            }
            places[written] = next;
        }
        return places;
    }

    /// @param written members before it, behind which a comma is due
    private static void addMember(Automaton.Builder builder, Automaton call, int source, int written, int target) {
        if (written > 0) {
            copy(builder, call, source, target);
        } else {
            int entry = builder.getNumStates();
            builder.copy(call);
            builder.addEpsilon(source, entry);
            leadTo(builder, call, entry, target);
        }
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
        for (Automaton other : others) {
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
        leadTo(builder, member, entry, target);
        return entry;
    }

    private static void leadTo(Automaton.Builder builder, Automaton member, int entry, int target) {
        for (int state = 0; state < member.getNumStates(); state++) {
            if (member.isAccept(state)) {
                builder.setAccept(entry + state, false);
                builder.addEpsilon(entry + state, target);
            }
        }
    }
}
