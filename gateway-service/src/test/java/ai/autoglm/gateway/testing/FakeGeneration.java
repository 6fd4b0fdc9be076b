package ai.autoglm.gateway.testing;

import ai.autoglm.proto.stream.ServerExchange;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.GeneratedToken;
import ai.autoglm.proto.v1.GenerationAccepted;
import ai.autoglm.proto.v1.GenerationFinished;
import ai.autoglm.proto.v1.GenerationMoved;
import ai.autoglm.proto.v1.GenerationProgress;
import ai.autoglm.proto.v1.MediaRows;
import ai.autoglm.proto.v1.PromptLogprobs;
import ai.autoglm.proto.v1.PromptTokenLogprob;
import ai.autoglm.proto.v1.TokenLogprob;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// One generation in the hands of a script.
public final class FakeGeneration {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final GenerateStart start;
    private final ServerExchange<GenerateRequest, GenerateResponse> call;
    private int index;
    private double engineSeconds;

    FakeGeneration(GenerateStart start, ServerExchange<GenerateRequest, GenerateResponse> call) {
        this.start = start;
        this.call = call;
        this.index = start.getGeneratedTokenIdsCount();
    }

    /// A generation that goes well: these texts, one token or more each, and an end-of-sequence token.
    public static FakeDecoder.Script says(String... texts) {
        return generation -> {
            generation.accept(0);
            generation.readRows();
            for (String text : texts) {
                generation.say(text);
            }
            generation.finish(FinishReason.FINISH_REASON_STOP);
        };
    }

    public GenerateStart start() {
        return start;
    }

    /// Tells with every message from now on that the generation has cost so much.
    public void cost(double seconds) {
        engineSeconds = seconds;
    }

    public void accept(int cachedTokenCount) {
        send(GenerateResponse.newBuilder()
                .setAccepted(GenerationAccepted.newBuilder().setCachedTokenCount(cachedTokenCount)));
    }

    /// Takes the generation, which has to wait for a slot.
    public void acceptInQueue(int queuePosition) {
        send(GenerateResponse.newBuilder()
                .setAccepted(GenerationAccepted.newBuilder().setQueuePosition(queuePosition)));
    }

    /// Says that the generation is to go on elsewhere.
    public void move() {
        send(GenerateResponse.newBuilder().setMoved(GenerationMoved.getDefaultInstance()));
    }

    /// The tokens of a text from the one on that is due, and the end.
    public void sayRest(String text) {
        TestBundle.tokenizer().encodeText(text).stream().skip(index).forEach(this::token);
        finish(FinishReason.FINISH_REASON_STOP);
    }

    /// The next tokens of a text, as if all of it were to come.
    public void sayNext(String text, int count) {
        TestBundle.tokenizer().encodeText(text).stream()
                .skip(index)
                .limit(count)
                .forEach(this::token);
    }

    public void progress(int prefilledTokenCount) {
        send(GenerateResponse.newBuilder()
                .setProgress(GenerationProgress.newBuilder().setPrefilledTokenCount(prefilledTokenCount)));
    }

    /// The rows of all media, in the order of their arrival; waits until the gateway says that there
    /// are no more.
    public List<MediaRows> readRows() {
        List<MediaRows> rows = new ArrayList<>();
        Optional<GenerateRequest> request = call.requests().receive(PATIENCE);
        while (request.isPresent()) {
            rows.add(request.get().getMediaRows());
            request = call.requests().receive(PATIENCE);
        }
        return rows;
    }

    /// Sends the tokens of a text, control tokens such as `<think>` included.
    public void say(String text) {
        TestBundle.tokenizer().encodeText(text).stream().forEach(this::token);
    }

    public void token(int id) {
        send(GenerateResponse.newBuilder()
                .setToken(GeneratedToken.newBuilder().setTokenId(id).setIndex(index)));
        index++;
    }

    /// A token with its log probability, which is that of the likeliest alternative too.
    public void token(int id, float logprob) {
        send(GenerateResponse.newBuilder()
                .setToken(GeneratedToken.newBuilder()
                        .setTokenId(id)
                        .setIndex(index)
                        .setLogprob(logprob)
                        .addTopLogprobs(TokenLogprob.newBuilder().setTokenId(id).setLogprob(logprob))));
        index++;
    }

    /// The prompt of a request without media.
    public static TokenIds promptIds(GenerateStart start) {
        TokenIds.Builder ids = TokenIds.builder();
        start.getPromptList()
                .forEach(segment -> segment.getTokens().getTokenIdsList().forEach(ids::append));
        return ids.build();
    }

    /// Log probabilities of prompt tokens, with one alternative: that of each is minus its place in the prompt.
    public void scores(int firstIndex, TokenIds ids) {
        PromptLogprobs.Builder scores = PromptLogprobs.newBuilder().setFirstIndex(firstIndex);
        for (int index = 0; index < ids.size(); index++) {
            scores.addTokens(PromptTokenLogprob.newBuilder()
                    .setTokenId(ids.at(index))
                    .setLogprob(-(firstIndex + index))
                    .setRank(2)
                    .addTopLogprobs(TokenLogprob.newBuilder().setTokenId(5).setLogprob(-0.5f)));
        }
        send(GenerateResponse.newBuilder().setPromptLogprobs(scores));
    }

    /// The end by a token, which is not among those sent.
    public void finishAt(int stopToken) {
        send(GenerateResponse.newBuilder()
                .setFinished(GenerationFinished.newBuilder()
                        .setReason(FinishReason.FINISH_REASON_STOP)
                        .setStopTokenId(stopToken)
                        .setCompletionTokenCount(index)));
    }

    public void finish(FinishReason reason) {
        send(GenerateResponse.newBuilder()
                .setFinished(GenerationFinished.newBuilder().setReason(reason).setCompletionTokenCount(index)));
    }

    /// Does nothing until the gateway gives the generation up.
    public void awaitCancel() {
        CountDownLatch cancelled = new CountDownLatch(1);
        call.responses().whenBroken(cancelled::countDown);
        try {
            cancelled.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(GenerateResponse.Builder response) {
        call.responses().send(response.setEngineSeconds(engineSeconds).build());
    }
}
