package ai.autoglm.toolkit.grammar;

import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.jspecify.annotations.Nullable;

/// JSON arrays: first items of their own form each, then any number of one form.
record ArrayTexts(JsonTexts json, Rules rules) {
    /// @param item empty where no more items may follow
    /// @param maxItems absent: any number
    Automaton automaton(List<Automaton> prefix, Automaton item, int minItems, @Nullable Integer maxItems) {
        Automaton content = Operations.isEmpty(item)
                ? items(prefix, Automata.makeEmptyString(), minItems, maxItems, prefix.size() >= minItems)
                : items(prefix, further(prefix.size(), item, minItems, maxItems), minItems, maxItems, true);
        return json.enclosed('[', content, ']');
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
