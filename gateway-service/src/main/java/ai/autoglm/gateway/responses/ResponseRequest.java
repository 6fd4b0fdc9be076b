package ai.autoglm.gateway.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// A response request in the words of a chat completion request, which has the same rules, and what the
/// answer repeats of it.
///
/// @param chatBody as a chat request's body
/// @param names where the fields of `chatBody` stood in the request
/// @param stream whether the answer comes as events
record ResponseRequest(ObjectNode chatBody, FieldNames names, RequestEcho echo, boolean stream) {}
