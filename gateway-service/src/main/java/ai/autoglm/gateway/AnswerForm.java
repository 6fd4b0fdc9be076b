package ai.autoglm.gateway;

import ai.autoglm.gateway.sse.StreamEncoder;
import ai.autoglm.gateway.text.BodyAssembler;

/// How a front end words its answer.
public sealed interface AnswerForm {
    /// As server-sent events.
    record Streamed(StreamEncoder encoder) implements AnswerForm {}

    /// In one body.
    record Whole(BodyAssembler assembler) implements AnswerForm {}
}
