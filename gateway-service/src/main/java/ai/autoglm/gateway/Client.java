package ai.autoglm.gateway;

/// Who made a request.
public interface Client {
    /// Says in which form the answer will come. Nothing reaches the client before the sink is opened.
    CompletionSink answering(AnswerForm form);
}
