package ai.autoglm.gateway.openai;

/// A function that the model may call.
///
/// @param name of letters, digits, `_` and `-`
/// @param definition name, description and parameters as JSON text, which the model reads
/// @param parametersSchema JSON schema of the arguments, as JSON text
public record Tool(String name, String definition, String parametersSchema) {}
