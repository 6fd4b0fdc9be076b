package ai.autoglm.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.sampling.PromptTokenLogprob;
import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A client of one generation: feeds rows when told, reads when told, and checks what it reads.
final class ClientSimulation {
    private final GenerationRequest request;
    private final Generation generation;
    private final TokenIds expected;
    private final List<PromptTokenLogprob> expectedScores;
    private final List<PromptTokenLogprob> scores = new ArrayList<>();
    private int rowsSent;
    private boolean rowsEnded;
    private boolean accepted;
    private int tokensRead;
    private @Nullable DecodeEvent last;
    boolean reads = true;
    boolean cancelled;

    ClientSimulation(FakeDecoder decoder, GenerationRequest request) {
        this.request = request;
        generation = decoder.loop.submit(request);
        expected = FakeDecoder.expected(request);
        expectedScores = FakeDecoder.expectedScores(request);
    }

    boolean hadCachedRows() {
        return last instanceof DecodeEvent.Finished finished && finished.cachedTokenCount() > 0;
    }

    boolean wasScored() {
        return !scores.isEmpty() && last instanceof DecodeEvent.Finished;
    }

    boolean hasEnded() {
        return last != null;
    }

    boolean wantsRows() {
        return !rowsEnded;
    }

    void sendRows(RandomGenerator random) {
        FusedPrompt prompt = request.prompt();
        int missing = prompt.mediaRowCount() - rowsSent;
        if (missing > 0) {
            int count = 1 + random.nextInt(missing);
            generation.addRows(FakeDecoder.mediaRows(prompt, rowsSent, rowsSent + count));
            rowsSent += count;
        } else {
            rowsEnded = true;
            generation.endRows();
        }
    }

    void cancel() {
        cancelled = true;
        generation.abort(ServingException.cancelled());
    }

    /// Reads all events there are.
    void read() throws InterruptedException {
        for (DecodeEvent event = generation.nextEvent(Duration.ZERO);
                event != null;
                event = generation.nextEvent(Duration.ZERO)) {
            assertThat(last).as("nothing follows the last event").isNull();
            check(event);
            last = event.isLast() ? event : null;
        }
    }

    private void check(DecodeEvent event) {
        switch (event) {
            case DecodeEvent.Accepted first -> {
                assertThat(accepted).as("accepted once").isFalse();
                assertThat(first.cachedTokenCount())
                        .as("something is left to compute")
                        .isLessThan(request.prompt().rowCount()
                                + request.generated().size());
                accepted = true;
            }
            case DecodeEvent.PromptScored(int firstIndex, List<PromptTokenLogprob> tokens) -> {
                assertThat(accepted).as("accepted before the prompt is scored").isTrue();
                assertThat(firstIndex).isEqualTo(scores.size() + 1);
                scores.addAll(tokens);
            }
            case DecodeEvent.Generated generated -> {
                assertThat(scores).as("all scores before the first token").isEqualTo(expectedScores);
                assertThat(accepted).as("accepted before the first token").isTrue();
                assertThat(generated.index()).isEqualTo(request.generated().size() + tokensRead);
                assertThat(tokensRead).isLessThan(expected.size());
                assertThat(generated.token().tokenId())
                        .as("token %d of %s", tokensRead, request.requestId())
                        .isEqualTo(expected.at(tokensRead));
                tokensRead++;
            }
            case DecodeEvent.Finished finished -> {
                assertThat(tokensRead).as("all tokens before the end").isEqualTo(expected.size());
                assertThat(finished.completionTokenCount())
                        .isEqualTo(request.generated().size() + tokensRead);
                assertThat(finished.promptTokenCount())
                        .isEqualTo(request.prompt().rowCount());
            }
            case DecodeEvent.Failed failed -> {}
        }
    }

    /// Why it failed; absent when it finished.
    @Nullable
    ErrorCode failure() {
        return last instanceof DecodeEvent.Failed failed ? failed.error().code() : null;
    }
}
