package ai.autoglm.gateway;

import ai.autoglm.gateway.decode.DecodeEvent;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.PromptTokenCounts;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.CompletionText;
import java.util.List;

/// Turns the tokens of all choices into what the client learns, and keeps the order that clients rely on: choices start
/// in the order of their indices, and a choice that is over stays over. Used by one thread.
final class AnswerRelay {
    private final PromptTokenCounts prompt;
    private final List<CompletionText> texts; // [choice]
    private final CompletionSink client;
    private final RequestRecord record;
    private int startedCount;
    private int endedCount;

    AnswerRelay(PromptTokenCounts prompt, List<CompletionText> texts, CompletionSink client, RequestRecord record) {
        this.prompt = prompt;
        this.texts = List.copyOf(texts);
        this.client = client;
        this.record = record;
    }

    void open() {
        client.open(usage());
    }

    /// Takes the next token of a choice.
    ///
    /// @return whether the text has ended, and the generation is to be cancelled
    boolean token(int choice, DecodeEvent.Token token) {
        CompletionText text = texts.get(choice);
        List<CompletionEvent> events = text.append(token.id());
        record.token();
        startUpTo(choice);
        write(choice, events);
        return text.stopped();
    }

    /// Ends a choice.
    void end(int choice, FinishReason reason) {
        startUpTo(choice);
        write(choice, texts.get(choice).finish(reason));
        record.finished(reason.wireName());
        endedCount++;
    }

    boolean finished() {
        return endedCount == texts.size();
    }

    void finish() {
        client.finish(usage());
    }

    private void startUpTo(int choice) {
        while (startedCount <= choice) {
            client.start(startedCount, usage());
            startedCount++;
        }
    }

    private void write(int choice, List<CompletionEvent> events) {
        for (CompletionEvent event : events) {
            client.write(choice, event, usage());
        }
    }

    private Usage usage() {
        int completionTokens =
                texts.stream().mapToInt(CompletionText::completionTokens).sum();
        int reasoningTokens =
                texts.stream().mapToInt(CompletionText::reasoningTokens).sum();
        return Usage.of(prompt, completionTokens, reasoningTokens);
    }
}
