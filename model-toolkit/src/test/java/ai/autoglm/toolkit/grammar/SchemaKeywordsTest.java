package ai.autoglm.toolkit.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What keywords let through: each row a schema, a value, and whether the language holds it. A value that it holds
/// matches the schema, whatever the row says; a value that it does not hold may match.
class SchemaKeywordsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Vocabulary MINI = Vocabularies.mini();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                // multipleOf
                "{'type':'integer','multipleOf':3}; 9; true",
                "{'type':'integer','multipleOf':3}; 10; false",
                "{'type':'integer','multipleOf':3}; -12; true",
                "{'type':'integer','multipleOf':3}; 0; true",
                "{'type':'integer','multipleOf':7,'minimum':50,'maximum':60}; 56; true",
                "{'type':'integer','multipleOf':7,'minimum':50,'maximum':60}; 49; false",
                "{'type':'number','multipleOf':0.25}; 1.75; true",
                "{'type':'number','multipleOf':0.25}; 1.7; false",
                "{'type':'number','multipleOf':0.25}; 1.5; true",
                "{'type':'number','multipleOf':2.5}; 7.5; true",
                "{'type':'number','multipleOf':2.5}; 5; true",
                "{'type':'number','multipleOf':2.5}; 6; false",
                "{'allOf':[{'multipleOf':2},{'multipleOf':3}],'type':'integer'}; 12; true",
                "{'allOf':[{'multipleOf':2},{'multipleOf':3}],'type':'integer'}; 9; false",
                // not
                "{'not':{'type':'string'}}; 1; true",
                "{'not':{'type':'string'}}; `\"a\"`; false",
                "{'not':{'type':'integer'}}; 1; false",
                "{'type':'string','not':{'const':'admin'}}; `\"admin\"`; false",
                "{'type':'string','not':{'const':'admin'}}; `\"admins\"`; true",
                "{'type':'string','not':{'pattern':'[0-9]'}}; `\"abc\"`; true",
                "{'type':'string','not':{'pattern':'[0-9]'}}; `\"a1c\"`; false",
                "{'type':'string','not':{'minLength':3}}; `\"ab\"`; true",
                "{'type':'string','not':{'minLength':3}}; `\"abc\"`; false",
                "{'type':'integer','not':{'enum':[1,2.0]}}; 2; false",
                "{'type':'integer','not':{'enum':[1,2.0]}}; 3; true",
                "{'type':'number','not':{'const':1.5}}; 1.50; false",
                "{'type':'number','not':{'const':0}}; -0.0; false",
                "{'type':'number','not':{'const':0}}; 0.01; true",
                "{'type':'number','not':{'minimum':10}}; 9.5; true",
                "{'type':'number','not':{'minimum':10}}; 10; false",
                "{'type':'object','properties':{'a':{},'b':{}},'not':{'required':['a','b']}};" + " `{\"a\":1}`; true",
                "{'type':'object','properties':{'a':{},'b':{}},'not':{'required':['a','b']}};"
                        + " `{\"a\":1,\"b\":1}`; false",
                "{'not':{'anyOf':[{'type':'string'},{'type':'number'}]}}; true; true",
                "{'not':{'anyOf':[{'type':'string'},{'type':'number'}]}}; 1; false",
                "{'not':{'not':{'type':'null'}}}; null; true",
                "{'not':{'not':{'type':'null'}}}; 1; false",
                "{'type':'array','not':{'items':{'type':'integer'}}}; [true]; true",
                "{'type':'array','not':{'items':{'type':'integer'}}}; [1]; false",
                // oneOf with overlaps
                "{'oneOf':[{'type':'string'},{'type':'string','maxLength':3}]}; `\"abcd\"`; true",
                "{'oneOf':[{'type':'string'},{'type':'string','maxLength':3}]}; `\"abc\"`; false",
                "{'oneOf':[{'type':'integer','multipleOf':5},{'type':'integer','minimum':10}]}; 5; true",
                "{'oneOf':[{'type':'integer','multipleOf':5},{'type':'integer','minimum':10}]}; 15; false",
                "{'oneOf':[{'required':['a']},{'required':['b']}],'type':'object','properties':{'a':{},'b':{}}};"
                        + " `{\"a\":1}`; true",
                "{'oneOf':[{'required':['a']},{'required':['b']}],'type':'object','properties':{'a':{},'b':{}}};"
                        + " `{\"a\":1,\"b\":1}`; false",
                // if, then, else
                "{'type':'object','properties':{'kind':{'enum':['tap','type']},'text':{'type':'string'}},"
                        + "'required':['kind'],'if':{'properties':{'kind':{'const':'type'}},'required':['kind']},"
                        + "'then':{'required':['text']}}; `{\"kind\":\"type\"}`; false",
                "{'type':'object','properties':{'kind':{'enum':['tap','type']},'text':{'type':'string'}},"
                        + "'required':['kind'],'if':{'properties':{'kind':{'const':'type'}},'required':['kind']},"
                        + "'then':{'required':['text']}}; `{\"kind\":\"type\",\"text\":\"a\"}`; true",
                "{'type':'object','properties':{'kind':{'enum':['tap','type']},'text':{'type':'string'}},"
                        + "'required':['kind'],'if':{'properties':{'kind':{'const':'type'}},'required':['kind']},"
                        + "'then':{'required':['text']}}; `{\"kind\":\"tap\"}`; true",
                "{'type':'integer','if':{'minimum':10},'then':{'multipleOf':10},'else':{'maximum':5}}; 20; true",
                "{'type':'integer','if':{'minimum':10},'then':{'multipleOf':10},'else':{'maximum':5}}; 15; false",
                "{'type':'integer','if':{'minimum':10},'then':{'multipleOf':10},'else':{'maximum':5}}; 4; true",
                "{'type':'integer','if':{'minimum':10},'then':{'multipleOf':10},'else':{'maximum':5}}; 7; false",
                "{'type':'integer','then':{'maximum':5}}; 7; true",
                // patternProperties, propertyNames
                "{'type':'object','patternProperties':{'^n_':{'type':'integer'}},'additionalProperties':false};"
                        + " `{\"n_a\":1,\"n_\":2}`; true",
                "{'type':'object','patternProperties':{'^n_':{'type':'integer'}},'additionalProperties':false};"
                        + " `{\"n_a\":\"x\"}`; false",
                "{'type':'object','patternProperties':{'^n_':{'type':'integer'}},'additionalProperties':false};"
                        + " `{\"m_a\":1}`; false",
                "{'type':'object','patternProperties':{'^n':{'type':'integer'},'x$':{'minimum':5}}}; `{\"nx\":4}`; false",
                "{'type':'object','patternProperties':{'^n':{'type':'integer'},'x$':{'minimum':5}}}; `{\"nx\":6}`; true",
                "{'type':'object','properties':{'na':{'maximum':9}},'patternProperties':{'^n':{'type':'integer'}}};"
                        + " `{\"na\":9}`; true",
                "{'type':'object','properties':{'na':{'maximum':9}},'patternProperties':{'^n':{'type':'integer'}}};"
                        + " `{\"na\":8.5}`; false",
                "{'allOf':[{'patternProperties':{'^f':{'type':'integer'}},'type':'object'},"
                        + "{'properties':{'foo':{'minimum':3}},'additionalProperties':false}]}; `{\"foo\":3}`; true",
                "{'allOf':[{'patternProperties':{'^f':{'type':'integer'}},'type':'object'},"
                        + "{'properties':{'foo':{'minimum':3}},'additionalProperties':false}]}; `{\"fa\":3}`; false",
                "{'type':'object','propertyNames':{'pattern':'^[a-z]+$'}}; `{\"abc\":1}`; true",
                "{'type':'object','propertyNames':{'pattern':'^[a-z]+$'}}; `{\"a1\":1}`; false",
                "{'type':'object','propertyNames':{'maxLength':2},'additionalProperties':{'type':'null'}};"
                        + " `{\"ab\":null}`; true",
                "{'type':'object','propertyNames':{'maxLength':2},'properties':{'abc':{}}}; `{\"abc\":1}`; false",
                "{'type':'object','propertyNames':{'enum':['a','b']},'additionalProperties':{'type':'integer'}};"
                        + " `{\"b\":1}`; true",
                // minProperties, maxProperties
                "{'type':'object','properties':{'a':{},'b':{},'c':{}},'minProperties':2}; `{\"a\":1}`; false",
                "{'type':'object','properties':{'a':{},'b':{},'c':{}},'minProperties':2}; `{\"a\":1,\"c\":1}`; true",
                "{'type':'object','properties':{'a':{},'b':{},'c':{}},'maxProperties':1}; `{\"b\":1}`; true",
                "{'type':'object','properties':{'a':{},'b':{},'c':{}},'maxProperties':1}; `{\"b\":1,\"c\":1}`; false",
                "{'type':'object','minProperties':1}; {}; false",
                "{'type':'object','minProperties':1}; `{\"a\":1}`; true",
                "{'type':'object','additionalProperties':{'type':'integer'},'maxProperties':2};"
                        + " `{\"a\":1,\"b\":1}`; true",
                "{'type':'object','additionalProperties':{'type':'integer'},'maxProperties':2};"
                        + " `{\"a\":1,\"b\":1,\"c\":1}`; false",
                // dependencies
                "{'type':'object','properties':{'a':{},'b':{}},'dependentRequired':{'a':['b']}}; `{\"a\":1}`; false",
                "{'type':'object','properties':{'a':{},'b':{}},'dependentRequired':{'a':['b']}};"
                        + " `{\"a\":1,\"b\":1}`; true",
                "{'type':'object','properties':{'a':{},'b':{}},'dependentRequired':{'a':['b']}}; `{\"b\":1}`; true",
                "{'type':'object','properties':{'a':{},'b':{}},"
                        + "'dependentSchemas':{'a':{'properties':{'b':{'type':'null'}},'required':['b']}}};"
                        + " `{\"a\":1,\"b\":null}`; true",
                "{'type':'object','properties':{'a':{},'b':{}},"
                        + "'dependentSchemas':{'a':{'properties':{'b':{'type':'null'}},'required':['b']}}};"
                        + " `{\"a\":1,\"b\":1}`; false",
                // contains
                "{'type':'array','items':{'type':'integer'},'contains':{'minimum':9}}; [9,1]; true",
                "{'type':'array','items':{'type':'integer'},'contains':{'minimum':9}}; [1,2]; false",
                "{'type':'array','items':{'type':'integer'},'contains':{'minimum':9}}; []; false",
                "{'type':'array','items':{'type':'integer'},'contains':{'minimum':9},'minContains':0}; []; true",
                "{'type':'array','items':{'type':'integer'},'contains':{'minimum':9},'maxContains':1}; [9,1]; true",
                "{'type':'array','items':{'type':'integer'},'contains':{'minimum':9},'maxContains':1}; [9,9]; false",
                // uniqueItems
                "{'type':'array','items':{'enum':['a','b','c']},'uniqueItems':true}; `[\"b\",\"a\"]`; true",
                "{'type':'array','items':{'enum':['a','b','c']},'uniqueItems':true}; `[\"b\",\"b\"]`; false",
                "{'type':'array','items':{'enum':[1,1.0,2]},'uniqueItems':true}; [1,1.0]; false",
                "{'type':'array','items':{'type':'boolean'},'uniqueItems':true,'minItems':2}; [true, false]; true",
                "{'type':'array','items':{'type':'boolean'},'uniqueItems':true,'minItems':2}; [true]; false",
                "{'type':'array','items':{'type':'integer','minimum':1,'maximum':30},'uniqueItems':true}; [3,7]; true",
                "{'type':'array','items':{'type':'integer','minimum':1,'maximum':30},'uniqueItems':true}; [7,7]; false",
                "{'type':'array','items':{'type':'string'},'uniqueItems':true,'maxItems':1}; `[\"a\"]`; true",
                "{'type':'array','items':{},'uniqueItems':false}; [1,1]; true",
                // values that are listed, beside other constraints
                "{'enum':['a','bcd',7,12],'maxLength':2,'minimum':10}; 12; true",
                "{'enum':['a','bcd',7,12],'maxLength':2,'minimum':10}; 7; false",
                "{'enum':['a','bcd',7,12],'maxLength':2,'minimum':10}; `\"bcd\"`; false",
                "{'enum':[{'a':1},{'b':2}],'required':['b']}; `{\"b\":2}`; true",
                "{'enum':[{'a':1},{'b':2}],'required':['b']}; `{\"a\":1}`; false",
                "{'allOf':[{'pattern':'a'},{'pattern':'b'}],'type':'string'}; `\"ba\"`; true",
                "{'allOf':[{'pattern':'a'},{'pattern':'b'}],'type':'string'}; `\"aa\"`; false",
                "{'anyOf':[{'const':1},{'const':2}],'const':2}; 2; true",
                // unevaluatedProperties
                "{'allOf':[{'properties':{'a':{'type':'integer'}}}],'properties':{'b':{}},'type':'object',"
                        + "'unevaluatedProperties':false}; `{\"b\":1,\"a\":1}`; true",
                "{'allOf':[{'properties':{'a':{'type':'integer'}}}],'properties':{'b':{}},'type':'object',"
                        + "'unevaluatedProperties':false}; `{\"c\":1}`; false",
                "{'$ref':'#/$defs/base','$defs':{'base':{'type':'object','properties':{'a':{}}}},"
                        + "'unevaluatedProperties':{'type':'integer'}}; `{\"a\":\"x\",\"z\":1}`; true"
            })
    void letThroughWhatMatches(String quoted, String value, boolean accepted) throws JsonProcessingException {
        String schema = quoted.replace('\'', '"');

        assertThat(Vocabularies.accepts(Vocabularies.schema(schema), value)).isEqualTo(accepted);
        if (accepted) {
            assertThat(reference(schema).validate(JSON.readTree(value))).isEmpty();
        }
        everyTextMatches(schema);
    }

    private static void everyTextMatches(String schema) throws JsonProcessingException {
        Language language = GrammarCompiler.compile(new GrammarSource.JsonSchema(schema), MINI);
        JsonSchema reference = reference(schema);
        for (int seed = 0; seed < 12; seed++) {
            String written =
                    new RandomWriter(language, seed).write(language.start().distance() + seed * 3);
            assertThat(reference.validate(JSON.readTree(written)))
                    .as("%s wrote %s", schema, written)
                    .isEmpty();
        }
    }

    static JsonSchema reference(String schema) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        schema,
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build());
    }
}
