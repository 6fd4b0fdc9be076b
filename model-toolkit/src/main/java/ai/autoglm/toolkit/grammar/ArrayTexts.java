package ai.autoglm.toolkit.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.Transition;
import org.jspecify.annotations.Nullable;

/// JSON arrays: first items of their own form each, then any number of one form.
record ArrayTexts(JsonTexts json, Rules rules) {
    /// More would have too many subsets.
    private static final int MAX_UNORDERED_ITEMS = 10;

    /// @param item empty where no more items may follow
    /// @param maxItems absent: any number
    Automaton automaton(List<Automaton> prefix, Automaton item, int minItems, @Nullable Integer maxItems) {
        Automaton content = Operations.isEmpty(item)
                ? items(prefix, Automata.makeEmptyString(), minItems, maxItems, prefix.size() >= minItems)
                : items(prefix, further(prefix.size(), item, minItems, maxItems), minItems, maxItems, true);
        return json.enclosed('[', content, ']');
    }

    /// Arrays whose items are some of these, each at most once: in any order where they are few, else in this one.
    ///
    /// @param maxItems absent: any number
    Automaton distinct(List<Automaton> items, int minItems, @Nullable Integer maxItems) {
        int max = maxItems == null ? items.size() : Math.min(items.size(), maxItems);
        List<Automaton> calls = items.stream().map(rules::callOf).toList();
        Automaton.Builder builder = new Automaton.Builder();
        int start = builder.createState();
        int end = builder.createState();
        builder.setAccept(end, true);
        Map<List<Integer>, Integer> states = new HashMap<>();
        Deque<List<Integer>> open = new ArrayDeque<>(List.of(List.of()));
        states.put(List.of(), builder.createState());
        builder.addTransition(start, 2, '[');
        while (!open.isEmpty()) {
            List<Integer> used = open.remove();
            int state = Objects.requireNonNull(states.get(used));
            if (used.size() >= minItems) {
                builder.addTransition(state, end, ']');
            }
            if (used.size() < max) {
                addItems(builder, state, used, calls, states, open);
            }
        }
        return builder.finish();
    }

    private void addItems(
            Automaton.Builder builder,
            int state,
            List<Integer> used,
            List<Automaton> calls,
            Map<List<Integer>, Integer> states,
            Deque<List<Integer>> open) {
        boolean ordered = calls.size() > MAX_UNORDERED_ITEMS;
        int comma = used.isEmpty() ? state : builder.createState();
        int source = used.isEmpty() ? state : builder.createState();
        for (int item = 0; item < calls.size(); item++) {
            if (used.contains(item) || (ordered && !used.isEmpty() && used.getLast() > item)) {
                continue;
            }
            // Of ordered items only the last one and their number matter; of others, which they are.
            List<Integer> next = new ArrayList<>(used);
            next.add(item);
            List<Integer> key = ordered ? ordered(next) : next.stream().sorted().toList();
            Integer target = states.get(key);
            if (target == null) {
                rules.algebra().requireStates(builder.getNumStates());
                target = builder.createState();
                states.put(key, target);
                open.add(key);
            }
            Transition call = new Transition();
            calls.get(item).initTransition(0, call);
            calls.get(item).getNextTransition(call);
            builder.addTransition(source, target, call.min);
        }
        if (comma != source) {
            builder.addTransition(state, comma, ',');
            builder.addTransition(comma, source, ' ');
            builder.addEpsilon(comma, source);
        }
    }

    /// As many entries as items, of which the last one tells.
    private static List<Integer> ordered(List<Integer> items) {
        List<Integer> same = new ArrayList<>(Collections.nCopies(items.size() - 1, -1));
        same.add(items.getLast());
        return List.copyOf(same);
    }

    /// Items behind the prefix.
    private Automaton further(int prefixSize, Automaton item, int minItems, @Nullable Integer maxItems) {
        Algebra algebra = rules.algebra();
        int min = Math.max(0, minItems - prefixSize);
        Integer max = maxItems == null ? null : (Integer) (maxItems - prefixSize);
        if (max != null && max <= 0) {
            return max < 0 || min == 0 ? Automata.makeEmptyString() : Automata.makeEmpty();
        }
        if (max != null && max < min) {
            return Automata.makeEmpty();
        }
        Automaton separated = algebra.concatenate(json.separator(','), item);
        if (prefixSize > 0) {
            return rules.repeat(separated, min, max);
        }
        Automaton rest = rules.repeat(separated, Math.max(0, min - 1), max == null ? null : (Integer) (max - 1));
        Automaton some = algebra.concatenate(item, rest);
        return min == 0 ? algebra.optional(some) : some;
    }

    private Automaton items(
            List<Automaton> prefix, Automaton further, int minItems, @Nullable Integer maxItems, boolean possible) {
        Algebra algebra = rules.algebra();
        if (!possible || (maxItems != null && maxItems < minItems)) {
            return Automata.makeEmpty();
        }
        Automaton rest = further;
        for (int index = prefix.size() - 1; index >= 0; index--) {
            boolean isAllowed = maxItems == null || index < maxItems;
            if (isAllowed) {
                Automaton item = prefix.get(index);
                Automaton separated = index == 0 ? item : algebra.concatenate(json.separator(','), item);
                Automaton longer = algebra.concatenate(separated, rest);
                rest = index >= minItems ? algebra.optional(longer) : longer;
            } else {
                rest = Automata.makeEmptyString();
            }
        }
        return rest;
    }
}
