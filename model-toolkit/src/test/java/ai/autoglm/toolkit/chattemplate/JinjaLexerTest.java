package ai.autoglm.toolkit.chattemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expected values: Jinja's documentation of whitespace control, with trim_blocks and lstrip_blocks.
class JinjaLexerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a {{ x }} {% if y %}#a {{ x }} {% if y %}",
                "a\\n  {% if y %}\\n  b#a\\n{% if y %}  b",
                "  {% if y %}\\n\\nb#{% if y %}\\nb",
                "{% if y %}\\n  {% endif %}\\n#{% if y %}{% endif %}",
                "a  {{- x -}}  \\n b#a{{ x }}b",
                "a \\n {%- if y -%} \\n b#a{% if y %}b",
                "a\\n {%+ if y +%}\\n b#a\\n {% if y %}\\n b",
                "{{ x }}\\n{{ y }}\\n\\n#{{ x }}\\n{{ y }}\\n",
                "{{ '%} }}' }}{% set m = {'a': {'b': 1}} %}#{{ '%} }}' }}{% set m = {'a': {'b': 1}} %}",
                "{{{'a': {}}}}#{{ {'a': {}} }}",
            })
    void resolvesWhitespaceAsJinjaDoes(String template, String expected) {
        assertThat(JinjaLexer.resolveWhitespace(template.replace("\\n", "\n")).source())
                .isEqualTo(expected.replace("\\n", "\n"));
    }

    @Test
    void dropsComments() {
        assertThat(JinjaLexer.resolveWhitespace("a\n  {# note {{ x }} #}\nb {#- c -#} d")
                        .source())
                .isEqualTo("a\nbd");
    }

    @Test
    void refusesATagThatIsNeverClosed() {
        assertThatThrownBy(() -> JinjaLexer.resolveWhitespace("a {{ 'x }}")).hasMessageContaining("never closed");
    }
}
