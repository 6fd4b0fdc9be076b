/// From a language (JSON schema, regular expression, choices, GBNF) to the tokens that a text of it may go on
/// with.
///
/// [GrammarCompiler] turns a [GrammarSource] into a [Language] over a [Vocabulary]. Inside, a language is a
/// recursive transition network: rules, each a deterministic automaton over bytes and calls of rules. Regular
/// algebra is Lucene's; networks and parsers are here.
@NullMarked
package ai.autoglm.toolkit.grammar;

import org.jspecify.annotations.NullMarked;
