package ai.autoglm.toolkit.grammar;

import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.util.automaton.Automaton;

/// The grammars that a request can select by name.
public final class NamedGrammars {
    /// The actions of AutoGLM-Phone, as Open-AutoGLM's parser reads them back unharmed. Source: MODEL_SPEC D.3, D.5.
    public static final String PHONE_ACTION = "autoglm-phone-action";

    private NamedGrammars() {}

    static Automaton root(String name, Algebra algebra) {
        if (!name.equals(PHONE_ACTION)) {
            throw Refusal.because(
                    "There is no grammar named " + Refusal.quoted(name) + ". There is " + PHONE_ACTION + ".");
        }
        return new PhoneActions(algebra).root();
    }

    /// That parser cuts a reply at the first `finish(message=`, or else at the first `do(action=`. It takes the text of
    /// Type and finish as it stands between the first quote and the final `")`; the rest it reads as a Python call
    /// whose line feeds it has escaped.
    private record PhoneActions(Algebra algebra) {
        private static final String COORDINATE = "(0|[1-9][0-9]{0,2})";
        private static final String POINT = "\\[" + COORDINATE + ", ?" + COORDINATE + "\\]";
        private static final String CUT = "finish\\(message=";

        Automaton root() {
            Automaton literal = literal();
            Automaton text = textToEnd();
            Automaton message = sequence(", message=", literal);
            Automaton actions = algebra.union(Stream.of(
                            sequence("do\\(action=\"Launch\", app=", literal, "\\)"),
                            sequence("do\\(action=\"Tap\", element=" + POINT, algebra.optional(message), "\\)"),
                            sequence("do\\(action=\"Type(_Name)?\", text=\"", text),
                            sequence("do\\(action=\"(Interact|Back|Home)\"\\)"),
                            sequence("do\\(action=\"Swipe\", start=" + POINT + ", end=" + POINT + "\\)"),
                            sequence("do\\(action=\"Note\", message=\"True\"\\)"),
                            sequence("do\\(action=\"Call_API\", instruction=", literal, "\\)"),
                            sequence("do\\(action=\"(Long Press|Double Tap)\", element=" + POINT + "\\)"),
                            sequence("do\\(action=\"Take_over\"", message, "\\)"),
                            sequence("do\\(action=\"Wait\", duration=\"[1-9][0-9]{0,2} seconds\"\\)"),
                            sequence("finish\\(message=\"", text))
                    .toList());
            return Texts.utf8(algebra.determinize(actions));
        }

        /// A Python string without escapes. Line feeds are safe, for the parser escapes them.
        private Automaton literal() {
            Automaton content = RegexParser.whole("[^\"\\\\\\x00-\\x09\\x0b-\\x1f\\x7f]+", algebra);
            return sequence("\"", withoutCut(content), "\"");
        }

        /// Any text up to the first `")`, which ends it.
        private Automaton textToEnd() {
            Automaton ended = RegexParser.whole("[^\\x00-\\x09\\x0b-\\x1f\\x7f]*\"\\)", algebra);
            return withoutCut(algebra.minus(ended, RegexParser.whole("(.|\\s)*\"\\)(.|\\s)+", algebra)));
        }

        private Automaton withoutCut(Automaton texts) {
            return algebra.minus(texts, RegexParser.anywhere(CUT, algebra));
        }

        /// @param parts patterns and automata
        private Automaton sequence(Object... parts) {
            return algebra.concatenate(List.of(parts).stream()
                    .map(part ->
                            part instanceof Automaton automaton ? automaton : RegexParser.whole((String) part, algebra))
                    .toList());
        }
    }
}
