package ai.autoglm.toolkit.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Languages made to take the process down: each is refused with a sentence, before it takes much.
class HostileGrammarTest {
    static List<GrammarSource> hostile() {
        String names = IntStream.range(0, 5000)
                .mapToObj(index -> "\"p" + index + "\":{\"type\":\"integer\"}")
                .collect(Collectors.joining(","));
        String alternatives = IntStream.range(0, 400)
                .mapToObj(index -> "{\"properties\":{\"p" + index + "\":{}}}")
                .collect(Collectors.joining(",", "[", "]"));
        return List.of(
                new GrammarSource.Regex("(".repeat(10_000)),
                new GrammarSource.Regex("(".repeat(4_000) + "a" + ")".repeat(4_000)),
                new GrammarSource.Regex("(a+)+{1000}{1000}"),
                new GrammarSource.Regex("((a+)+){1000}"),
                new GrammarSource.Regex("((a{1000}){1000}){1000}"),
                new GrammarSource.Regex("((a{0,100}){0,100}){0,100}"),
                new GrammarSource.Regex("(a|b)*a(a|b){200}"),
                new GrammarSource.Regex("(a?b?c?d?e?f?g?h?){1000}"),
                new GrammarSource.Regex("a?".repeat(4_000)),
                new GrammarSource.Regex("(" + "a{0,900}".repeat(40) + "){9}"),
                new GrammarSource.Regex("[^\\u0000-\\u00ff]".repeat(2_000)),
                new GrammarSource.Regex("x".repeat(9_000)),
                new GrammarSource.Choices(Collections.nCopies(20_000, "a")),
                new GrammarSource.Choices(List.of("x".repeat(1_000_000))),
                new GrammarSource.Choices(List.of()),
                new GrammarSource.Choices(List.of("\ud800")),
                new GrammarSource.JsonSchema("[".repeat(50_000)),
                new GrammarSource.JsonSchema("{\"items\":".repeat(150) + "{}" + "}".repeat(150)),
                new GrammarSource.JsonSchema("{\"not\":1}" + " ".repeat(300_000)),
                new GrammarSource.JsonSchema("{\"properties\":{" + names + "}}"),
                new GrammarSource.JsonSchema("{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},"
                        + "\"b\":{\"anyOf\":[{\"$ref\":\"#/$defs/a\"},{\"type\":\"null\"}]}}}"),
                new GrammarSource.JsonSchema(
                        "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"allOf\":[{\"$ref\":\"#/$defs/a\"}]}}}"),
                new GrammarSource.JsonSchema("{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}"),
                new GrammarSource.JsonSchema("{\"allOf\":[{\"anyOf\":" + alternatives + "},{\"anyOf\":"
                        + alternatives.replace("p", "q") + "},{\"anyOf\":" + alternatives.replace("p", "r") + "}]}"),
                new GrammarSource.JsonSchema("{\"oneOf\":" + alternatives + "}"),
                new GrammarSource.JsonSchema("{\"type\":\"string\",\"minLength\":1000000}"),
                new GrammarSource.JsonSchema("{\"type\":\"array\",\"maxItems\":2000000000}"),
                new GrammarSource.JsonSchema("{\"type\":\"integer\",\"minimum\":1e999999}"),
                new GrammarSource.JsonSchema("{\"type\":\"integer\",\"multipleOf\":1e99999999}"),
                new GrammarSource.JsonSchema("{\"const\":1e99999999,\"multipleOf\":3}"),
                new GrammarSource.JsonSchema("{\"type\":\"integer\",\"minimum\":1e-99999999,\"maximum\":2}"),
                new GrammarSource.JsonSchema("{\"enum\":[1e999999999]}"),
                new GrammarSource.JsonSchema("{\"enum\":[1e99999999999]}"),
                new GrammarSource.JsonSchema("{\"enum\":[" + "9".repeat(900) + "]}"),
                new GrammarSource.JsonSchema("{\"type\":\"string\",\"pattern\":\"^(a|b)*a(a|b){100}$\"}"),
                new GrammarSource.Gbnf("root ::= " + "(".repeat(20_000)),
                new GrammarSource.Gbnf("root ::= a\n"
                        + IntStream.range(0, 3000)
                                .mapToObj(index -> "a".repeat(1 + index % 9) + index + " ::= a" + index)
                                .collect(Collectors.joining("\n"))),
                new GrammarSource.Gbnf("root ::= (((\"a\"{1000}){1000}){1000}){1000}"),
                new GrammarSource.Gbnf("root ::= a a\na ::= b b\nb ::= root"),
                new GrammarSource.Gbnf("root ::= \"\\UFFFFFFFF\""),
                new GrammarSource.Gbnf("root ::= \"\\U80000041\""),
                new GrammarSource.Named("../../etc/passwd"),
                new GrammarSource.ToolCalls(List.of()),
                new GrammarSource.AnyOf(List.of()));
    }

    /// Each reading is one more pair of letters that is still to come, and each order of letters another position.
    @Test
    void aMaskThatDependsOnTooManyReadingsIsRefused() {
        List<String> pairs = IntStream.range(0, 26 * 26)
                .mapToObj(pair -> "" + (char) ('a' + pair / 26) + (char) ('a' + pair % 26))
                .toList();
        String rules = pairs.stream()
                .map(pair ->
                        "%s ::= [a-z]* \"%c\" [a-z]* \"%c\" [a-z]*".formatted(pair, pair.charAt(0), pair.charAt(1)))
                .collect(Collectors.joining("\n"));
        Language language = GrammarCompiler.compile(
                new GrammarSource.Gbnf("root ::= " + String.join("|", pairs) + "\n" + rules), Vocabularies.mini());

        assertThatThrownBy(() -> language.tokens(language.start()))
                .isInstanceOfSatisfying(ServingException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_VALUE);
                    assertThat(refusal.message()).contains("too ambiguous");
                });
    }

    @ParameterizedTest
    @MethodSource("hostile")
    @Timeout(30)
    void isRefusedWithASentence(GrammarSource source) {
        assertThatThrownBy(() -> GrammarCompiler.check(source))
                .isInstanceOfSatisfying(ServingException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_VALUE);
                    assertThat(refusal.message()).endsWith(".").hasSizeLessThan(300);
                });
    }
}
