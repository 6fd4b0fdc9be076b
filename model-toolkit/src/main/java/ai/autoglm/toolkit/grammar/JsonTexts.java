package ai.autoglm.toolkit.grammar;

import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.jspecify.annotations.Nullable;

/// JSON itself: strings, and values of any form. Texts are compact; one space may follow a comma or a colon. Numbers
/// are as long as every parser takes them.
final class JsonTexts {
    private static final int MAX_DIGITS = 15;
    private static final String NUMBER =
            "-?(0|[1-9][0-9]{0," + (MAX_DIGITS - 1) + "})(\\.[0-9]{1," + MAX_DIGITS + "})?([eE][+-]?[0-9]{1,2})?";
    private static final String HIGH_SURROGATE = "\\\\u[dD][89abAB][0-9a-fA-F]{2}";
    private static final String LOW_SURROGATE = "\\\\u[dD][c-fC-F][0-9a-fA-F]{2}";
    private static final String CHARACTER = "[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\/bfnrt]"
            + "|\\\\u([0-9a-ce-fA-CE-F][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2})|" + HIGH_SURROGATE + LOW_SURROGATE;

    private final Rules rules;
    private final Algebra algebra;
    private @Nullable Automaton character;
    private @Nullable Integer valueRule;

    JsonTexts(Rules rules) {
        this.rules = rules;
        algebra = rules.algebra();
    }

    /// A string of so many code points, in any spelling.
    ///
    /// @param maxLength absent: any number
    Automaton string(int minLength, @Nullable Integer maxLength) {
        if (character == null) {
            character = algebra.determinize(Texts.utf8(RegexParser.whole(CHARACTER, algebra)));
        }
        return quoted(rules.repeat(character, minLength, maxLength));
    }

    /// A string with one of these values, each in its shortest spelling.
    ///
    /// @param values over code points
    Automaton string(Automaton values) {
        return quoted(Texts.utf8(Texts.jsonEscaped(algebra.determinize(values))));
    }

    private Automaton quoted(Automaton content) {
        return algebra.determinize(algebra.concatenate(Automata.makeChar('"'), content, Automata.makeChar('"')));
    }

    Automaton number() {
        return RegexParser.whole(NUMBER, algebra);
    }

    /// Any JSON value.
    Automaton value() {
        if (valueRule == null) {
            int rule = rules.declare();
            valueRule = rule;
            Automaton scalars = algebra.union(string(0, null), number(), RegexParser.whole("true|false|null", algebra));
            rules.define(rule, algebra.union(scalars, object(member(string(0, null), rules.call(rule))), array(rule)));
        }
        return rules.call(valueRule);
    }

    private Automaton array(int itemRule) {
        return enclosed('[', separated(rules.call(itemRule)), ']');
    }

    /// An object of any members of one form.
    Automaton object(Automaton member) {
        return enclosed('{', separated(member), '}');
    }

    private Automaton separated(Automaton element) {
        Automaton further = algebra.concatenate(separator(','), element);
        return algebra.optional(algebra.concatenate(element, algebra.repeat(further, 0, null)));
    }

    Automaton enclosed(char open, Automaton content, char close) {
        return algebra.concatenate(Automata.makeChar(open), content, Automata.makeChar(close));
    }

    Automaton member(Automaton key, Automaton value) {
        return algebra.concatenate(key, separator(':'), value);
    }

    Automaton separator(char c) {
        return algebra.concatenate(Automata.makeChar(c), algebra.optional(Automata.makeChar(' ')));
    }
}
