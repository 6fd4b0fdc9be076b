package ai.autoglm.gateway.tokenize;

/// The answer of `POST /detokenize`.
///
/// @param prompt the tokens' text, control tokens included
record DetokenizeResponse(String prompt) {}
