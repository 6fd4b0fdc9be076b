package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The fields of one object of the body. An explicit null is an absent field. It remembers which names were asked
/// for, so that what nobody knows can be told.
public final class JsonFields {
    private final ObjectNode object;
    private final String path;
    private final Set<String> known = new HashSet<>();

    /// @param path of the object, empty for the body itself
    public JsonFields(ObjectNode object, String path) {
        this.object = object;
        this.path = path;
    }

    public Optional<JsonValue> find(String name) {
        known.add(name);
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? Optional.empty() : Optional.of(new JsonValue(node, pathOf(name)));
    }

    public JsonValue require(String name) {
        return find(name)
                .orElseThrow(() -> new ServingException(
                                ErrorCode.MISSING_REQUIRED_PARAMETER, "'" + pathOf(name) + "' is required.")
                        .withParam(pathOf(name)));
    }

    public Optional<String> string(String name) {
        return find(name).map(JsonValue::string);
    }

    public Optional<Boolean> bool(String name) {
        return find(name).map(JsonValue::bool);
    }

    public Optional<Integer> integer(String name, int min, int max) {
        return find(name).map(value -> value.integer(min, max));
    }

    public Optional<Double> number(String name, double min, double max) {
        return find(name).map(value -> value.number(min, max));
    }

    public Optional<JsonFields> object(String name) {
        return find(name).map(JsonValue::fields);
    }

    /// Every field by its name, in the body's order, nulls included.
    public Map<String, JsonValue> entries() {
        Map<String, JsonValue> entries = LinkedHashMap.newLinkedHashMap(object.size());
        object.properties()
                .forEach(field -> entries.put(
                        field.getKey(), new JsonValue(field.getValue(), pathOf(JsonValue.echo(field.getKey())))));
        return entries;
    }

    /// Takes over the fields of another object that this one does not have, or has as null.
    public void mergeUnder(JsonFields other) {
        other.object.properties().stream()
                .filter(field -> !object.hasNonNull(field.getKey()))
                .forEach(field -> object.set(field.getKey(), field.getValue()));
    }

    /// Paths of the fields that nobody has asked for.
    public List<String> unknown() {
        return object.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !known.contains(name))
                .map(name -> pathOf(JsonValue.echo(name)))
                .toList();
    }

    /// A field as it stands in the body, of whatever type; absent ones are missing nodes. Whoever looks so does
    /// not count as knowing the field.
    JsonNode look(String name) {
        return object.path(name);
    }

    private String pathOf(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
