package ai.autoglm.gateway.responses;

import ai.autoglm.toolkit.error.ServingException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where what stands in a chat request stood in the response request that it was made of, so that errors
/// speak of what the client wrote.
///
/// @param messages of each chat message the field that it was made of
record FieldNames(List<String> messages) {
    private static final Pattern MESSAGE = Pattern.compile("messages\\[(\\d+)](.*)");
    private static final Map<String, String> FIELDS = Map.of(
            "messages", "input",
            "max_completion_tokens", "max_output_tokens",
            "reasoning_effort", "reasoning.effort",
            "response_format", "text.format",
            "verbosity", "text.verbosity");

    FieldNames {
        messages = List.copyOf(messages);
    }

    /// The same error in the words of the response request.
    ServingException translate(ServingException error) {
        return error.param()
                .map(param -> {
                    String name = name(param);
                    return new ServingException(
                                    error.code(), error.message().replace("'" + param + "'", "'" + name + "'"), error)
                            .withParam(name);
                })
                .orElse(error);
    }

    private String name(String chatParam) {
        Matcher message = MESSAGE.matcher(chatParam);
        if (message.matches()) {
            return messages.get(Integer.parseInt(message.group(1)))
                    + message.group(2).replace(".image_url.url", ".image_url");
        }
        String field = chatParam.split("[.\\[]", 2)[0];
        String rest =
                chatParam.substring(field.length()).replace(".function", "").replace(".json_schema", "");
        return FIELDS.getOrDefault(field, field) + rest;
    }
}
