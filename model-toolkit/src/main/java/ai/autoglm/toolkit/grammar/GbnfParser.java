package ai.autoglm.toolkit.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;

/// Grammars in GBNF form. Source: llama.cpp, grammars/README.md.
final class GbnfParser {
    private static final int MAX_LENGTH = 65_536;
    private static final int MAX_NESTING = 100;

    private final Rules rules;
    private final Algebra algebra;
    private final PatternReader reader;
    private final Map<String, Integer> ruleNumbers = new HashMap<>();
    private final Set<String> defined = new HashSet<>();

    GbnfParser(String text, Rules rules) {
        if (text.length() > MAX_LENGTH) {
            throw Refusal.because("The grammar has " + text.length() + " characters; the limit is " + MAX_LENGTH + ".");
        }
        this.rules = rules;
        algebra = rules.algebra();
        reader = new PatternReader(text);
    }

    /// A call of the rule that is named root.
    Automaton root() {
        skipSpace(true);
        while (!reader.atEnd()) {
            rule();
            skipSpace(true);
        }
        if (!defined.contains("root")) {
            throw Refusal.because("The grammar has no rule named root.");
        }
        for (String name : ruleNumbers.keySet()) {
            if (!defined.contains(name)) {
                throw Refusal.because("The rule " + Refusal.quoted(name) + " is used, but not defined.");
            }
        }
        return rules.call(number("root"));
    }

    private void rule() {
        String name = name();
        skipSpace(false);
        reader.expect("::=");
        if (!defined.add(name)) {
            throw Refusal.because("The rule " + Refusal.quoted(name) + " is defined twice.");
        }
        rules.define(number(name), alternatives(0));
    }

    private int number(String name) {
        return ruleNumbers.computeIfAbsent(name, unknown -> rules.declare());
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        while (isNamePart(reader.peek())) {
            name.appendCodePoint(reader.read());
        }
        if (name.isEmpty()) {
            throw reader.error("the name of a rule is missing");
        }
        return name.toString();
    }

    private static boolean isNamePart(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    /// A line that begins with `|` goes on with the rule before it.
    private Automaton alternatives(int nesting) {
        if (nesting > MAX_NESTING) {
            throw reader.error("groups are nested deeper than " + MAX_NESTING);
        }
        List<Automaton> alternatives = new ArrayList<>();
        do {
            skipSpace(true);
            alternatives.add(sequence(nesting));
        } while (skipBar());
        return algebra.union(alternatives);
    }

    private boolean skipBar() {
        int start = reader.position();
        skipSpace(true);
        boolean found = reader.skip("|");
        if (!found) {
            reader.moveTo(start);
        }
        return found;
    }

    private Automaton sequence(int nesting) {
        List<Automaton> parts = new ArrayList<>();
        while (startsElement()) {
            Automaton element = element(nesting);
            skipSpace(nesting > 0);
            Repetition repetition = Repetition.read(reader);
            parts.add(repetition == null ? element : rules.repeat(element, repetition.min(), repetition.max()));
            skipSpace(nesting > 0);
        }
        return parts.isEmpty() ? Automata.makeEmptyString() : algebra.concatenate(parts);
    }

    private boolean startsElement() {
        int c = reader.peek();
        return c == '"' || c == '[' || c == '(' || c == '.' || (isNamePart(c) && !startsRule());
    }

    /// A name that `::=` follows begins the next rule.
    private boolean startsRule() {
        int start = reader.position();
        name();
        skipSpace(false);
        boolean found = reader.startsWith("::=");
        reader.moveTo(start);
        return found;
    }

    private Automaton element(int nesting) {
        if (isNamePart(reader.peek())) {
            return rules.call(number(name()));
        }
        return switch (reader.read()) {
            case '"' -> literal();
            case '[' -> Texts.utf8(characterClass().automaton());
            case '.' -> Texts.utf8(Texts.anyCodePoint());
            default -> {
                Automaton group = alternatives(nesting + 1);
                skipSpace(true);
                reader.expect(")");
                yield group;
            }
        };
    }

    private Automaton literal() {
        StringBuilder text = new StringBuilder();
        while (!reader.skip("\"")) {
            text.appendCodePoint(character());
        }
        return Texts.literal(text.toString());
    }

    private CodePointSet characterClass() {
        boolean negated = reader.skip("^");
        CodePointSet set = CodePointSet.empty();
        while (!reader.skip("]")) {
            int first = character();
            int start = reader.position();
            int last = first;
            if (reader.skip("-")) {
                if (reader.peek() == ']') {
                    reader.moveTo(start);
                } else {
                    last = character();
                }
            }
            if (last < first) {
                throw reader.error("the range of characters is out of order");
            }
            set = set.plus(CodePointSet.of(first, last));
        }
        return negated ? set.complement() : set;
    }

    private int character() {
        int c = reader.read();
        if (c != '\\') {
            return c;
        }
        int escaped = reader.read();
        return switch (escaped) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'x' -> reader.hexadecimal(2);
            case 'u' -> reader.hexadecimal(4);
            case 'U' -> reader.hexadecimal(8);
            case '\\', '"', '[', ']', '-', '^' -> escaped;
            default -> throw reader.error("\\" + Character.toString(escaped) + " is no escape");
        };
    }

    private void skipSpace(boolean lines) {
        boolean skipping = true;
        while (skipping) {
            if (reader.peek() == '#') {
                while (!reader.atEnd() && reader.peek() != '\n') {
                    reader.read();
                }
            }
            skipping = reader.skip(" ") || reader.skip("\t") || (lines && (reader.skip("\n") || reader.skip("\r")));
        }
    }
}
