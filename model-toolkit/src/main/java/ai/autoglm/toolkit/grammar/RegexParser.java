package ai.autoglm.toolkit.grammar;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.jspecify.annotations.Nullable;

/// Regular expressions in what ECMAScript, Python and RE2 have in common, to automata over code points. A class such as
/// `\d` is the smallest that any of them gives it. Backreferences and lookaround are refused: they are not regular.
final class RegexParser {
    private static final int MAX_LENGTH = 8_192;
    private static final int MAX_NESTING = 100;
    private static final int MAX_REPETITIONS = 10_000;

    private final Algebra algebra;
    private final PatternReader reader;
    private final boolean search;

    private RegexParser(String pattern, Algebra algebra, boolean search) {
        if (pattern.length() > MAX_LENGTH) {
            throw Refusal.because(
                    "The regular expression has " + pattern.length() + " characters; the limit is " + MAX_LENGTH + ".");
        }
        this.algebra = algebra;
        this.search = search;
        reader = new PatternReader(pattern);
    }

    /// Texts that match as a whole, whether or not the pattern is anchored.
    static Automaton whole(String pattern, Algebra algebra) {
        return new RegexParser(pattern, algebra, false).parse();
    }

    /// Texts in which the pattern is found somewhere.
    static Automaton anywhere(String pattern, Algebra algebra) {
        return new RegexParser(pattern, algebra, true).parse();
    }

    private Automaton parse() {
        List<Automaton> alternatives = new ArrayList<>();
        do {
            boolean fromStart = reader.skip("^");
            Automaton alternative = sequence(0);
            boolean toEnd = reader.skip("$");
            alternatives.add(algebra.concatenate(surrounding(fromStart), alternative, surrounding(toEnd)));
        } while (reader.skip("|"));
        if (!reader.atEnd()) {
            throw reader.error(reader.peek() == ')' ? "\")\" has no \"(\"" : "\"$\" stands before the end");
        }
        return algebra.union(alternatives);
    }

    private Automaton surrounding(boolean anchored) {
        return search && !anchored ? algebra.repeat(Texts.anyCodePoint(), 0, null) : Automata.makeEmptyString();
    }

    private Automaton group(int nesting) {
        if (nesting > MAX_NESTING) {
            throw reader.error("groups are nested deeper than " + MAX_NESTING);
        }
        List<Automaton> alternatives = new ArrayList<>();
        do {
            alternatives.add(sequence(nesting));
        } while (reader.skip("|"));
        reader.expect(")");
        return algebra.union(alternatives);
    }

    private Automaton sequence(int nesting) {
        List<Automaton> parts = new ArrayList<>();
        while (!reader.atEnd() && "|)$".indexOf(reader.peek()) < 0) {
            parts.add(quantified(atom(nesting)));
        }
        return parts.isEmpty() ? Automata.makeEmptyString() : algebra.concatenate(parts);
    }

    private Automaton quantified(Automaton atom) {
        Repetition repetition = Repetition.read(reader);
        if (repetition == null) {
            return atom;
        }
        int count = repetition.max() == null ? repetition.min() : repetition.max();
        if (count > MAX_REPETITIONS) {
            throw reader.error("a repetition of " + count + " is above the limit, which is " + MAX_REPETITIONS);
        }
        // A lazy quantifier prefers other matches, but matches the same texts.
        reader.skip("?");
        if (!reader.atEnd() && "*+?".indexOf(reader.peek()) >= 0) {
            throw reader.error("there is nothing to repeat");
        }
        if (Repetition.read(reader) != null) {
            throw reader.error("there is nothing to repeat");
        }
        return algebra.repeat(atom, repetition.min(), repetition.max());
    }

    private Automaton atom(int nesting) {
        int c = reader.read();
        return switch (c) {
            case '(' -> {
                skipGroupName();
                yield group(nesting + 1);
            }
            case '[' -> characterClass().automaton();
            case '.' -> CodePointSet.LINE_ENDS.complement().automaton();
            case '\\' -> escape(false).automaton();
            case '*', '+', '?' -> throw reader.error("there is nothing to repeat");
            case '^' -> throw reader.error("\"^\" stands behind the start");
            default -> CodePointSet.of(c, c).automaton();
        };
    }

    private void skipGroupName() {
        if (!reader.skip("?") || reader.skip(":")) {
            return;
        }
        reader.skip("P");
        if (!reader.skip("<") || reader.peek() == '=' || reader.peek() == '!') {
            throw reader.error("lookaround, flags and other extended groups are not supported");
        }
        while (reader.peek() != '>') {
            reader.read();
        }
        reader.read();
    }

    private CodePointSet characterClass() {
        boolean negated = reader.skip("^");
        if (reader.peek() == ']') {
            throw reader.error("the character class is empty");
        }
        CodePointSet set = CodePointSet.empty();
        while (!reader.skip("]")) {
            set = set.plus(classItem());
        }
        return negated ? set.complement() : set;
    }

    private CodePointSet classItem() {
        CodePointSet first = classAtom();
        int start = reader.position();
        if (!reader.skip("-") || reader.peek() == ']') {
            reader.moveTo(start);
            return first;
        }
        CodePointSet last = classAtom();
        if (single(first) == null || single(last) == null) {
            throw reader.error("a class such as \\d cannot bound a range");
        }
        int min = first.ranges().getFirst().min();
        int max = last.ranges().getFirst().max();
        if (min > max) {
            throw reader.error("the range of characters is out of order");
        }
        return CodePointSet.of(min, max);
    }

    private CodePointSet classAtom() {
        int c = reader.read();
        return c == '\\' ? escape(true) : CodePointSet.of(c, c);
    }

    private static @Nullable Integer single(CodePointSet set) {
        boolean one = set.ranges().size() == 1
                && set.ranges().getFirst().min() == set.ranges().getFirst().max();
        return one ? set.ranges().getFirst().min() : null;
    }

    private CodePointSet escape(boolean inClass) {
        int c = reader.read();
        return switch (c) {
            case 'd' -> CodePointSet.DIGITS;
            case 'D' -> CodePointSet.DIGITS.complement();
            case 'w' -> CodePointSet.WORD;
            case 'W' -> CodePointSet.WORD.complement();
            case 's' -> CodePointSet.SPACES;
            case 'S' -> CodePointSet.SPACES.complement();
            default -> {
                int codePoint = escapedCodePoint(c, inClass);
                yield CodePointSet.of(codePoint, codePoint);
            }
        };
    }

    private int escapedCodePoint(int c, boolean inClass) {
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 'f' -> '\f';
            case 'v' -> 0x0B;
            case '0' -> 0;
            case 'x' -> reader.hexadecimal(2);
            case 'u' -> unicodeEscape();
            case 'b' -> {
                if (!inClass) {
                    throw reader.error("word boundaries are not supported");
                }
                yield '\b';
            }
            default -> {
                if (c >= '1' && c <= '9') {
                    throw reader.error("backreferences are not supported");
                }
                if (Character.isLetter(c)) {
                    throw reader.error("\\" + Character.toString(c) + " is not supported");
                }
                yield c;
            }
        };
    }

    private int unicodeEscape() {
        if (reader.skip("{")) {
            int length = 0;
            while (reader.peek() != '}') {
                reader.read();
                length++;
            }
            reader.moveTo(reader.position() - length);
            int codePoint = reader.hexadecimal(Math.min(length, 6));
            reader.expect("}");
            return codePoint;
        }
        int unit = reader.hexadecimal(4);
        if (Character.isHighSurrogate((char) unit) && reader.skip("\\u")) {
            int low = reader.hexadecimal(4);
            if (Character.isLowSurrogate((char) low)) {
                return Character.toCodePoint((char) unit, (char) low);
            }
        }
        if (Character.isSurrogate((char) unit)) {
            throw reader.error("a surrogate without its partner is no character");
        }
        return unit;
    }
}
