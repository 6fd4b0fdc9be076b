package ai.autoglm.gateway;

import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.PromptTokenCounts;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.GeneratedToken;
import ai.autoglm.gateway.text.PromptScore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the tokens of all choices into what the client learns, and keeps the order that clients rely on: choices start
/// in the order of their indices, and a choice that is over stays over. Used by one thread.
final class AnswerRelay {
    private final PromptTokenCounts prompt;
    private final List<Choice> choices;
    private final CompletionSink client;
    private final RequestRecord record;
    private int startedCount;
    private int endedCount;

    AnswerRelay(PromptTokenCounts prompt, List<Choice> choices, CompletionSink client, RequestRecord record) {
        this.prompt = prompt;
        this.choices = List.copyOf(choices);
        this.client = client;
        this.record = record;
    }

    void open() {
        client.open(usage());
    }

    /// Takes what the model made of the next tokens of a choice's prompt.
    void score(int choice, List<PromptScore> scores) {
        choices.get(choice).score(scores);
    }

    /// Takes the next token of a choice.
    ///
    /// @return whether the text has ended, and the generation is to be cancelled
    boolean token(int choice, GeneratedToken token) {
        startUpTo(choice);
        write(choice, choices.get(choice).prompt());
        record.token(choice);
        write(choice, choices.get(choice).append(token));
        return choices.get(choice).stopped();
    }

    /// Ends a choice.
    ///
    /// @param lastToken the end-of-sequence or stop token that ended it; null: none did
    void end(int choice, FinishReason reason, @Nullable Integer lastToken) {
        startUpTo(choice);
        write(choice, choices.get(choice).prompt());
        write(choice, choices.get(choice).finish(reason, lastToken));
        record.finished(choice, reason.wireName());
        endedCount++;
    }

    boolean finished() {
        return endedCount == choices.size();
    }

    void finish() {
        client.finish(usage());
    }

    private void startUpTo(int choice) {
        while (startedCount <= choice) {
            Choice next = choices.get(startedCount);
            client.start(startedCount, usage());
            if (!next.scoresPrompt()) {
                write(startedCount, next.prompt());
            }
            write(startedCount, next.begin());
            startedCount++;
        }
    }

    private void write(int choice, List<CompletionEvent> events) {
        for (CompletionEvent event : events) {
            client.write(choice, event, usage());
        }
    }

    private Usage usage() {
        int completionTokens = choices.stream()
                .mapToInt(choice -> choice.text().completionTokens())
                .sum();
        int reasoningTokens = choices.stream()
                .mapToInt(choice -> choice.text().reasoningTokens())
                .sum();
        return Usage.of(prompt, completionTokens, reasoningTokens);
    }
}
