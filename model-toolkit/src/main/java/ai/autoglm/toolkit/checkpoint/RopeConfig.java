package ai.autoglm.toolkit.checkpoint;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// Rotary settings in either spelling: `rope_parameters` when present, else `rope_scaling` with values beside it,
/// else defaults. Source: MODEL_SPEC A.1.
///
/// @param partialFactor share of each head that rotates
/// @param sections mrope sections; empty when the model has none
public record RopeConfig(double theta, double partialFactor, List<Integer> sections) {
    public RopeConfig {
        sections = List.copyOf(sections);
    }

    static RopeConfig read(JsonNode text) {
        JsonNode parameters = text.path("rope_parameters");
        boolean modern = parameters.isObject();
        JsonNode scaling = modern ? parameters : text.path("rope_scaling");
        JsonNode values = modern ? parameters : text;
        String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
        if (!type.equals("default") && !type.equals("mrope")) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT,
                    "config.json asks for rope_type \"" + type + "\"; only \"default\" is supported.");
        }
        List<Integer> sections = new ArrayList<>();
        scaling.path("mrope_section").forEach(section -> sections.add(section.asInt()));
        return new RopeConfig(
                values.path("rope_theta").asDouble(10000.0),
                values.path("partial_rotary_factor").asDouble(1.0),
                sections);
    }
}
