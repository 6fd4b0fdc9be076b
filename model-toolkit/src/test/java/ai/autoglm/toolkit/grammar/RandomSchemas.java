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
        switch (random.nextInt(nesting > 0 ? 12 : 7)) {
            case 0 -> schema.put("type", "boolean");
            case 1 -> schema.putArray("enum").add("x").add(1).addNull();
            case 2 -> bounded(schema.put("type", "integer"), random.nextInt(-50, 50), random.nextInt(300));
            case 3 -> decimal(schema.put("type", "number"));
            case 4 -> string(schema.put("type", "string"));
            case 5 -> schema.put("const", NAMES[random.nextInt(NAMES.length)]);
            case 6 -> schema.putArray("type").add("null").add("string");
            case 7, 8 -> object(schema.put("type", "object"), nesting - 1);
            case 9 -> array(schema.put("type", "array"), nesting - 1);
            case 10 -> alternatives(schema.putArray(random.nextBoolean() ? "anyOf" : "oneOf"), nesting - 1);
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
