package ai.autoglm.toolkit.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/// Automata over code points, and their way to bytes.
final class Texts {
    private static final int QUOTE = '"';
    private static final int BACKSLASH = '\\';
    private static final String SHORT_ESCAPES = "\b\t\n\f\r\"\\";
    private static final String SHORT_ESCAPE_LETTERS = "btnfr\"\\";

    private Texts() {}

    /// Any code point that UTF-8 can encode: no surrogates.
    static Automaton anyCodePoint() {
        return codePoints(0, Character.MAX_CODE_POINT);
    }

    /// The code points of a range, surrogates left out.
    static Automaton codePoints(int min, int max) {
        return codePoints(new int[] {min}, new int[] {max});
    }

    /// The code points of several ranges, surrogates left out.
    static Automaton codePoints(int[] mins, int[] maxes) {
        List<int[]> ranges = new ArrayList<>();
        for (int index = 0; index < mins.length; index++) {
            addRange(ranges, mins[index], Math.min(maxes[index], Character.MIN_SURROGATE - 1));
            addRange(ranges, Math.max(mins[index], Character.MAX_SURROGATE + 1), maxes[index]);
        }
        return ranges.isEmpty()
                ? Automata.makeEmpty()
                : Automata.makeCharClass(
                        ranges.stream().mapToInt(range -> range[0]).toArray(),
                        ranges.stream().mapToInt(range -> range[1]).toArray());
    }

    private static void addRange(List<int[]> ranges, int min, int max) {
        if (min <= max) {
            ranges.add(new int[] {min, max});
        }
    }

    /// The bytes of one text.
    static Automaton literal(String text) {
        requireUnicode(text);
        return Automata.makeBinary(new BytesRef(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// The code points of one text.
    static Automaton codePointsOf(String text) {
        requireUnicode(text);
        return Automata.makeString(text);
    }

    static void requireUnicode(String text) {
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw Refusal.because("A surrogate without its partner is no Unicode text.");
        }
    }

    /// The UTF-8 bytes of an automaton over code points.
    static Automaton utf8(Automaton codePoints) {
        return Utf8Encoder.encode(codePoints);
    }

    /// Over code points: the inside of JSON strings whose values `values` accepts. Each value has one spelling: what
    /// may stand as itself does.
    static Automaton jsonEscaped(Automaton values) {
        Automaton.Builder escaped = new Automaton.Builder();
        for (int state = 0; state < values.getNumStates(); state++) {
            escaped.setAccept(escaped.createState(), values.isAccept(state));
        }
        Transition transition = new Transition();
        for (int state = 0; state < values.getNumStates(); state++) {
            int count = values.initTransition(state, transition);
            for (int index = 0; index < count; index++) {
                values.getNextTransition(transition);
                addEscaped(escaped, transition);
            }
        }
        return escaped.finish();
    }

    private static void addEscaped(Automaton.Builder escaped, Transition transition) {
        int next = transition.min;
        for (int c = transition.min; c <= Math.min(transition.max, BACKSLASH); c++) {
            if (c < ' ' || c == QUOTE || c == BACKSLASH) {
                addRange(escaped, transition, next, c - 1);
                addPath(escaped, transition.source, escape(c), transition.dest);
                next = c + 1;
            }
        }
        addRange(escaped, transition, next, transition.max);
    }

    private static void addRange(Automaton.Builder target, Transition transition, int min, int max) {
        if (min <= max) {
            target.addTransition(transition.source, transition.dest, min, max);
        }
    }

    private static void addPath(Automaton.Builder target, int source, String text, int dest) {
        int state = source;
        for (int index = 0; index < text.length(); index++) {
            int next = index == text.length() - 1 ? dest : target.createState();
            target.addTransition(state, next, text.charAt(index));
            state = next;
        }
    }

    private static String escape(int c) {
        int index = SHORT_ESCAPES.indexOf(c);
        return index >= 0 ? "\\" + SHORT_ESCAPE_LETTERS.charAt(index) : "\\u%04x".formatted(c);
    }
}
