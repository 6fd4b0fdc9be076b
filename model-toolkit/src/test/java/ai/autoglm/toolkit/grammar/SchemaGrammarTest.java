package ai.autoglm.toolkit.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaGrammarTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Vocabulary MINI = Vocabularies.mini();
    private static final int TEXTS = 25;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "{}",
                "{'type':'object'}",
                "{'type':'array'}",
                "{'type':'string'}",
                "{'type':'string','minLength':2,'maxLength':5}",
                "{'type':'string','maxLength':3000}",
                "{'type':'string','pattern':'^[a-z]+[0-9]{2}$'}",
                "{'type':'string','pattern':'b[^x]'}",
                "{'type':'string','pattern':'\\\\\\\\d+','maxLength':6}",
                "{'type':'string','format':'date-time'}",
                "{'type':'string','format':'date'}",
                "{'type':'string','format':'time'}",
                "{'type':'string','format':'duration'}",
                "{'type':'string','format':'uuid'}",
                "{'type':'string','format':'ipv4'}",
                "{'type':'string','format':'ipv6'}",
                "{'type':'string','format':'hostname'}",
                "{'type':'string','format':'uri'}",
                "{'type':'integer'}",
                "{'type':'integer','minimum':-17,'maximum':1203}",
                "{'type':'integer','exclusiveMinimum':9,'exclusiveMaximum':11}",
                "{'type':'integer','minimum':999}",
                "{'type':'number'}",
                "{'type':'number','minimum':0,'maximum':1}",
                "{'type':'number','minimum':-0.25,'exclusiveMaximum':0.3}",
                "{'type':'number','exclusiveMinimum':12.5,'maximum':100.05}",
                "{'type':'number','maximum':-3.07}",
                "{'type':['string','null','boolean']}",
                "{'enum':['a','b\\\"c',1,1.50,null,{'x':[1,2]},'é\\\\n']}",
                "{'type':'string','enum':['red','green',3]}",
                "{'const':{'k':'v'}}",
                "{'type':'array','items':{'type':'integer'},'minItems':2,'maxItems':3}",
                "{'type':'array','items':{'type':'boolean'},'maxItems':700}",
                "{'type':'array','prefixItems':[{'type':'string'},{'type':'integer'}]}",
                "{'type':'array','prefixItems':[{'const':1},{'const':2}],'items':{'const':3},'minItems':1,'maxItems':4}",
                "{'type':'array','items':false}",
                "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'string'}},'required':['b']}",
                "{'type':'object','properties':{'a':true,'b':true,'c':true}}",
                "{'type':'object','properties':{'a':{'type':'null'}},'additionalProperties':{'type':'integer'}}",
                "{'type':'object','properties':{'a b\\\"\\\\n':{'type':'null'}},'required':['a b\\\"\\\\n','z'],"
                        + "'additionalProperties':true}",
                "{'type':'object','properties':{'a':{'type':'integer'}},'required':['a'],'additionalProperties':false}",
                "{'properties':{'kind':{'type':'string'}},'required':['kind']}",
                "{'anyOf':[{'type':'integer'},{'type':'object','properties':{'n':{'type':'null'}}}]}",
                "{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}},"
                        + "'anyOf':[{'required':['a']},{'required':['b']}]}",
                "{'oneOf':[{'type':'string'},{'type':'integer'},{'type':'object'}]}",
                "{'oneOf':[{'type':'object','properties':{'k':{'const':'x'}},'required':['k']},"
                        + "{'type':'object','properties':{'k':{'const':'y'},'v':{}},'required':['k']}]}",
                "{'oneOf':[{'type':'object','properties':{'a':{}},'required':['a']},"
                        + "{'type':'object','properties':{'b':{}},'required':['b']}]}",
                "{'allOf':[{'type':'object','properties':{'a':{'type':'integer'}},'required':['a']},"
                        + "{'properties':{'a':{'minimum':3},'b':{'type':'null'}},'required':['b']}]}",
                "{'allOf':[{'type':['string','integer']},{'type':['integer','null']}],'maximum':5}",
                "{'$ref':'#/$defs/tree','$defs':{'tree':{'type':'object','properties':{'value':{'type':'integer'},"
                        + "'children':{'type':'array','items':{'$ref':'#/$defs/tree'}}},'required':['value']}}}",
                "{'type':'object','properties':{'next':{'anyOf':[{'$ref':'#'},{'type':'null'}]}},'required':['next']}",
                "{'definitions':{'p~/q':{'type':'integer'}},'type':'array','items':{'$ref':'#/definitions/p~0~1q'}}",
                "{'$defs':{'base':{'type':'object','properties':{'id':{'type':'integer'}},'required':['id']}},"
                        + "'$ref':'#/$defs/base','properties':{'name':{'type':'string'}}}",
                "{'type':'object','properties':{'a':false,'b':{'type':'integer'}}}",
                "{'type':'object','title':'T','description':'d','default':{},'x-note':1,"
                        + "'properties':{'description':{'type':'string','description':'d'}},'required':['description']}"
            })
    void everyTextThatItWritesMatches(String quoted) throws JsonProcessingException {
        String text = quoted.replace('\'', '"');
        JsonSchema reference = SchemaKeywordsTest.reference(text);
        Language language = GrammarCompiler.compile(new GrammarSource.JsonSchema(text), MINI);
        int shortest = language.start().distance();
        for (int seed = 0; seed < TEXTS; seed++) {
            int budget = seed < 5 ? shortest + seed : shortest + seed * 4;
            String written = new RandomWriter(language, seed).write(budget);
            JsonNode value = JSON.readTree(written);
            assertThat(reference.validate(value))
                    .as("%s wrote %s", text, written)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'type':'object'}; {\"a\": 1,\"b\":[true,null,{\"c\":\"\\u00e9\\ud83d\\ude00\"}]}; true",
                "{'type':'object'}; {}; true",
                "{'type':'object'}; {\"a\":\"\\ud800\"}; false",
                "{'type':'object'}; {\"a\":01}; false",
                "{'type':'object'}; {\"a\":1,}; false",
                "{'type':'object'}; {\"a\" :1}; false",
                "{'type':'object'}; {\"a\":  1}; false",
                "{'type':'object'}; [1]; false",
                "{'type':'number'}; -1.5e+10; true",
                "{'type':'number'}; .5; false",
                "{'type':'number','minimum':0,'maximum':1}; 0.73; true",
                "{'type':'number','minimum':0,'maximum':1}; 1.0; true",
                "{'type':'number','minimum':0,'maximum':1}; 1.01; false",
                "{'type':'integer','minimum':0,'maximum':999}; 1000; false",
                "{'type':'integer','minimum':0,'maximum':999}; 999; true",
                "{'properties':{'a':{'type':'integer'},'b':{'type':'integer'}}}; {\"b\":2}; true",
                "{'properties':{'a':{'type':'integer'},'b':{'type':'integer'}}}; {\"b\":2,\"a\":1}; false",
                "{'properties':{'a':{}},'additionalProperties':true}; {\"\\u0061\":1}; false",
                "{'properties':{'a':{}},'additionalProperties':true}; {\"ab\":1}; true",
                "{'type':'string'}; \"\\u0041\"; true",
                "{'type':'string'}; \"a\tb\"; false",
                "{'type':'string','maxLength':2}; \"中é\"; true",
                "{'type':'string','maxLength':2}; \"abc\"; false",
                "{'type':'string','maxLength':1}; \"\\ud83d\\ude00\"; true",
                "{'type':'string','pattern':'^a.b$'}; \"a\\\"b\"; true"
            })
    void acceptsSomeSpellingsAndNoOthers(String quoted, String text, boolean accepted) {
        Language language = Vocabularies.schema(quoted.replace('\'', '"'));
        assertThat(Vocabularies.accepts(language, text)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'not':{}}; No text",
                "{'not':{'format':'date'}}; \"not\" of \"format\" is not supported",
                "{'not':{'$ref':'#'}}; nested deeper than",
                "{'not':{'const':{'a':1}},'type':'object'}; No text",
                "{'type':'integer','multipleOf':0}; must be a number above 0",
                "{'type':'integer','multipleOf':123457}; needs more than 20000 states",
                "{'type':'array','uniqueItems':true}; \"uniqueItems\" is supported where",
                "{'type':'array','items':{'type':'string'},'uniqueItems':true}; cannot remember texts",
                "{'type':'array','prefixItems':[{},{}],'uniqueItems':true}; beside \"prefixItems\"",
                "{'type':'array','unevaluatedItems':false}; \"unevaluatedItems\" is not supported: use \"items\"",
                "{'$dynamicRef':'#a'}; \"$dynamicRef\" is not supported: use \"$ref\"",
                "{'type':'object','minProperties':3}; only 1 different properties can be told apart",
                "{'anyOf':[{'required':['a']}],'unevaluatedProperties':false}; beside \"$ref\" and \"allOf\" only",
                "{'type':'array','contains':{},'minContains':101}; may be at most 100",
                "{'type':'array','contains':{},'minContains':3,'maxContains':2}; less than \"minContains\"",
                "{'\\u0001excluded':[1]}; begins with a control character",
                "{'type':'strng'}; no type \"strng\"",
                "{'type':'string','format':'iri'}; format \"iri\" is not supported",
                "{'type':'string','pattern':'(?=a)'}; lookaround",
                "{'oneOf':[{'type':'string','format':'uri'},{'type':'string','format':'email'}]};"
                        + " if these were supported: \"not\" of \"format\"",
                "{'oneOf':[{'type':'null'},{'type':'null'}]}; No text",
                "{'$ref':'#/$defs/none'}; points to nothing",
                "{'$ref':'https://example.com/s'}; must be \"#\"",
                "{'$ref':'#'}; No text",
                "{'anyOf':[{'$ref':'#'},{'type':'null'}]}; left recursion",
                "false; No text",
                "{'type':'object','properties':{'a':false},'required':['a']}; No text",
                "{'type':'object','properties':{'self':{'$ref':'#'}},'required':['self']}; No text",
                "{'allOf':[{'type':'string'},{'type':'null'}]}; No text",
                "{'type':'integer','minimum':5,'maximum':4}; No text",
                "{'type':'string','minLength':10,'allOf':[{'maxLength':4294967297},{'maxLength':5}]}; No text",
                "{'type':'string','allOf':[{'minLength':4294967297},{'minLength':3}]}; repeats something",
                "[]; must be an object or a boolean",
                "{'type'; no JSON",
                "{'type':'string','type':'null'}; repeats a key",
                "{'type':'string','minLength':-1}; not negative",
                "{'type':'integer','minimum':'1'}; must be a number",
                "{'enum':['abcd'],'maxLength':3}; No text",
                "{'allOf':[{'format':'uri'},{'format':'email'}]}; cannot be made to hold together"
            })
    void saysWhatItCannotKeep(String quoted, String sentence) {
        assertThatThrownBy(() -> GrammarCompiler.check(new GrammarSource.JsonSchema(quoted.replace('\'', '"'))))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void everyTextOfARandomSchemaMatches() throws JsonProcessingException {
        int compiled = 0;
        for (int seed = 0; seed < 400; seed++) {
            String text = new RandomSchemas(seed).schema(4).toString();
            Language language;
            try {
                language = GrammarCompiler.compile(new GrammarSource.JsonSchema(text), MINI);
            } catch (ServingException refused) {
                continue;
            }
            compiled++;
            JsonSchema reference = SchemaKeywordsTest.reference(text);
            for (int budget = 0; budget < 40; budget += 8) {
                String written =
                        new RandomWriter(language, seed).write(language.start().distance() + budget);
                assertThat(reference.validate(JSON.readTree(written)))
                        .as("%s wrote %s", text, written)
                        .isEmpty();
            }
        }
        assertThat(compiled).as("most can be compiled").isGreaterThan(220);
    }
}
