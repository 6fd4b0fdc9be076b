package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SplittableRandom;

/// Random JSON schemas of the supported keywords.
final class RandomSchemas {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String[] NAMES = {"a", "b", "cd", "e\"f", "é"};
    private static final String[] PATTERNS = {"^[a-c]+$", "x", "^\\d{1,3}$", "^(ab|c\"d)?$"};

    private final SplittableRandom random;

    RandomSchemas(long seed) {
        random = new SplittableRandom(seed);
    }

    JsonNode schema(int nesting) {
        ObjectNode schema = NODES.objectNode();
        switch (random.nextInt(nesting > 0 ? 18 : 9)) {
            case 0 -> schema.put("type", "boolean");
            case 1 -> schema.putArray("enum").add("x").add(1).addNull();
            case 2 -> bounded(schema.put("type", "integer"), random.nextInt(-50, 50), random.nextInt(300));
            case 3 -> decimal(schema.put("type", "number"));
            case 4 -> string(schema.put("type", "string"));
            case 5 -> schema.put("const", NAMES[random.nextInt(NAMES.length)]);
            case 6 -> schema.putArray("type").add("null").add("string");
            case 7 -> {
                bounded(schema.put("type", "integer"), random.nextInt(-50, 50), 60 + random.nextInt(300));
                schema.put("multipleOf", 1 + random.nextInt(30));
            }
            case 8 -> {
                schema.put("type", random.nextBoolean() ? "string" : "integer");
                schema.set("not", schema(0));
            }
            case 9, 10 -> object(schema.put("type", "object"), nesting - 1);
            case 11 -> array(schema.put("type", "array"), nesting - 1);
            case 12 -> {
                object(schema.put("type", "object"), nesting - 1);
                conditional(schema, nesting - 1);
            }
            case 13 -> {
                object(schema.put("type", "object"), nesting - 1);
                named(schema, nesting - 1);
            }
            case 14 -> {
                object(schema.put("type", "object"), nesting - 1);
                schema.set("not", schema(nesting - 1));
            }
            case 15 -> {
                array(schema.put("type", "array"), nesting - 1);
                schema.set("contains", schema(nesting - 1));
                if (random.nextBoolean()) {
                    schema.put("maxContains", 1 + random.nextInt(2));
                }
            }
            case 16 -> alternatives(schema.putArray(random.nextBoolean() ? "anyOf" : "oneOf"), nesting - 1);
            default -> conjunction(schema.putArray("allOf"), nesting - 1);
        }
        return schema;
    }

    private void bounded(ObjectNode schema, int min, int range) {
        if (random.nextBoolean()) {
            schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", min);
        }
        if (random.nextBoolean()) {
            schema.put(random.nextBoolean() ? "maximum" : "exclusiveMaximum", min + range + 2);
        }
    }

    private void decimal(ObjectNode schema) {
        double min = random.nextInt(-300, 300) / 100.0;
        if (random.nextBoolean()) {
            schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", min);
        }
        if (random.nextBoolean()) {
            schema.put(random.nextBoolean() ? "maximum" : "exclusiveMaximum", min + 1 + random.nextInt(500) / 100.0);
        }
    }

    private void string(ObjectNode schema) {
        switch (random.nextInt(3)) {
            case 0 -> schema.put("pattern", PATTERNS[random.nextInt(PATTERNS.length)]);
            case 1 -> schema.put("minLength", random.nextInt(4)).put("maxLength", 4 + random.nextInt(9));
            default -> schema.put("description", "any");
        }
    }

    private void object(ObjectNode schema, int nesting) {
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        for (String name : NAMES) {
            if (random.nextInt(3) == 0) {
                properties.set(name, schema(nesting));
            }
            if (random.nextInt(4) == 0 && properties.has(name)) {
                required.add(name);
            }
        }
        switch (random.nextInt(3)) {
            case 0 -> schema.put("additionalProperties", false);
            case 1 -> schema.set("additionalProperties", schema(nesting));
            default -> schema.put("title", "unspecified");
        }
    }

    private void conditional(ObjectNode schema, int nesting) {
        switch (random.nextInt(3)) {
            case 0 -> {
                ObjectNode condition = schema.putObject("if");
                condition.putObject("properties").set(NAMES[0], schema(nesting));
                if (random.nextBoolean()) {
                    condition.putArray("required").add(NAMES[0]);
                }
                object(schema.putObject("then"), nesting);
                if (random.nextBoolean()) {
                    object(schema.putObject("else"), nesting);
                }
            }
            case 1 -> schema.putObject("dependentRequired").putArray(NAMES[0]).add(NAMES[1]);
            default -> object(schema.putObject("dependentSchemas").putObject(NAMES[1]), nesting);
        }
    }

    private void named(ObjectNode schema, int nesting) {
        switch (random.nextInt(4)) {
            case 0 -> schema.putObject("patternProperties").set("^[ab]", schema(nesting));
            case 1 -> {
                ObjectNode patterns = schema.putObject("patternProperties");
                patterns.set("^x", schema(nesting));
                patterns.set("d$", schema(nesting));
            }
            case 2 -> schema.putObject("propertyNames").put("maxLength", 1 + random.nextInt(3));
            default -> schema.put("minProperties", random.nextInt(3)).put("maxProperties", 1 + random.nextInt(4));
        }
    }

    private void array(ObjectNode schema, int nesting) {
        if (random.nextBoolean()) {
            schema.set("items", schema(nesting));
        }
        if (random.nextInt(3) == 0) {
            schema.putArray("prefixItems").add(schema(nesting)).add(schema(nesting));
        }
        if (random.nextBoolean()) {
            schema.put("minItems", random.nextInt(3));
        }
        if (random.nextBoolean()) {
            schema.put("maxItems", 2 + random.nextInt(4));
        }
    }

    private void alternatives(ArrayNode list, int nesting) {
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            list.add(schema(nesting));
        }
    }

    /// Of objects, which can often be merged.
    private void conjunction(ArrayNode list, int nesting) {
        for (int count = 1 + random.nextInt(2); count > 0; count--) {
            ObjectNode part = list.addObject();
            object(part.put("type", "object"), nesting);
        }
    }
}
