package ai.autoglm.toolkit.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.util.automaton.Automaton;

/// A set of code points, as a character class of a regular expression or a grammar lists them.
record CodePointSet(List<Range> ranges) {
    static final CodePointSet DIGITS = of('0', '9');
    static final CodePointSet WORD =
            of('0', '9').plus(of('A', 'Z')).plus(of('_', '_')).plus(of('a', 'z'));
    static final CodePointSet SPACES = of('\t', '\r').plus(of(' ', ' '));
    /// What `.` leaves out: every line end of ECMAScript, which no other dialect's `.` refuses to leave out.
    static final CodePointSet LINE_ENDS = of('\n', '\n').plus(of('\r', '\r')).plus(of(0x2028, 0x2029));

    record Range(int min, int max) {}

    CodePointSet {
        ranges = List.copyOf(ranges);
    }

    static CodePointSet empty() {
        return new CodePointSet(List.of());
    }

    static CodePointSet of(int min, int max) {
        return new CodePointSet(List.of(new Range(min, max)));
    }

    CodePointSet plus(CodePointSet other) {
        List<Range> all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        return new CodePointSet(all);
    }

    CodePointSet complement() {
        List<Range> gaps = new ArrayList<>();
        int next = 0;
        for (Range range :
                ranges.stream().sorted(Comparator.comparingInt(Range::min)).toList()) {
            if (range.min() > next) {
                gaps.add(new Range(next, range.min() - 1));
            }
            next = Math.max(next, range.max() + 1);
        }
        if (next <= Character.MAX_CODE_POINT) {
            gaps.add(new Range(next, Character.MAX_CODE_POINT));
        }
        return new CodePointSet(gaps);
    }

    /// Over code points; surrogates are left out.
    Automaton automaton() {
        return Texts.codePoints(
                ranges.stream().mapToInt(Range::min).toArray(),
                ranges.stream().mapToInt(Range::max).toArray());
    }
}
