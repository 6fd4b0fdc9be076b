package ai.autoglm.decoder.schedule;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.MediaRowQueue;
import ai.autoglm.decoder.fuse.RowBudget;
import ai.autoglm.decoder.grammar.AnswerGuide;
import ai.autoglm.decoder.kvcache.PrefixKeys;
import ai.autoglm.decoder.kvcache.SlotLease;
import ai.autoglm.decoder.model.DecodeRow;
import ai.autoglm.decoder.sampling.PromptTokenLogprob;
import ai.autoglm.decoder.sampling.SampledToken;
import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.decoder.sampling.TokenHistory;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.TokenMask;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One generation under way. Owned by the decode-loop thread, but for what is marked as safe for others.
///
/// | phase   | event                   | next phase |
/// |---------|-------------------------|------------|
/// | QUEUED  | lease of a slot         | PREFILL    |
/// | PREFILL | last prompt row written | DECODE     |
/// | any     | finish or fail          | ENDED      |
public final class Sequence {
    private enum Phase {
        QUEUED,
        PREFILL,
        DECODE,
        ENDED
    }

    private final GenerationRequest request;
    private final FusedPrompt prompt; // with the tokens of an earlier generation
    private final PrefixKeys keys;
    private final TokenHistory history;
    private final @Nullable AnswerGuide guide; // absent where every token is allowed
    private final RowBudget budget = new RowBudget();
    private final MediaRowQueue mediaRows;
    private final EventBuffer events = new EventBuffer();
    private final SequenceTimes times;

    private Phase phase = Phase.QUEUED;
    private boolean accepted;
    private @Nullable SlotLease lease;
    private final AtomicInteger writtenRows = new AtomicInteger(); // of the KV cache; only the loop writes
    private int lastToken;
    private final Stopwatch rowWait = new Stopwatch();
    private final Stopwatch consumerWait = new Stopwatch();

    /// @throws ServingException INVALID_VALUE when the request cannot be answered within its grammar
    public Sequence(GenerationRequest request, int vocabularySize, long nanoTime) {
        this.request = request;
        prompt = request.prompt().resumedWith(request.generated());
        keys = new PrefixKeys(prompt, request.cacheSalt(), !scoresPrompt());
        history = new TokenHistory(vocabularySize, request.prompt().tokenIds());
        request.generated().stream().forEach(history::append);
        guide = request.grammar() == null
                ? null
                : new AnswerGuide(request.grammar(), request.stop(), request.generated());
        mediaRows = new MediaRowQueue(prompt.mediaRowCount(), budget);
        times = new SequenceTimes(nanoTime);
    }

    /// Whether another decoder had it before.
    boolean isResumed() {
        return request.resumed();
    }

    public GenerationRequest request() {
        return request;
    }

    /// With the tokens of an earlier generation.
    public FusedPrompt prompt() {
        return prompt;
    }

    public TokenHistory history() {
        return history;
    }

    public MediaRowQueue mediaRows() {
        return mediaRows;
    }

    /// Whether the log probabilities of its prompt are told: then no row is taken from a cache, since the KV cache
    /// holds no logits.
    public boolean scoresPrompt() {
        return request.promptLogprobsCount() != null;
    }

    /// Safe for any thread.
    public RowBudget budget() {
        return budget;
    }

    /// Safe for the client's thread.
    public EventBuffer events() {
        return events;
    }

    /// Prompt tokens in the KV cache. Safe for any thread.
    public int prefilledTokenCount() {
        return Math.min(writtenRows.get(), request.prompt().rowCount());
    }

    public boolean hasEnded() {
        return phase == Phase.ENDED;
    }

    public int slot() {
        return Objects.requireNonNull(lease).slot();
    }

    /// Absent while the sequence waits in the queue.
    public @Nullable SlotLease lease() {
        return lease;
    }

    PrefixKeys keys() {
        return keys;
    }

    int writtenRows() {
        return writtenRows.get();
    }

    public SequenceTimes times() {
        return times;
    }

    /// Whether it has rows of media to wait for.
    public boolean awaitsRows() {
        return mediaRows.readyEnd() < prompt.mediaRowCount();
    }

    /// How long it had a slot and nothing to prefill, for want of media rows.
    public Duration rowWait() {
        return rowWait.total();
    }

    /// Tells the client once that the sequence is taken.
    void accept(int queuePosition, int cachedTokenCount) {
        if (!accepted) {
            accepted = true;
            events.add(new DecodeEvent.Accepted(queuePosition, cachedTokenCount));
        }
    }

    void start(SlotLease slot) {
        lease = slot;
        phase = Phase.PREFILL;
        writtenRows.set(slot.cachedRows());
        mediaRows.consumeTo(prompt.mediaBefore(slot.cachedRows()));
    }

    /// The end of the longest run of rows from [#writtenRows] that can be prefilled now, at most `limit`
    /// rows.
    int readyEnd(int limit) {
        int end = writtenRows();
        int last = Math.min(prompt.rowCount(), end + limit);
        while (end < last && (!prompt.isMedia(end) || prompt.mediaBefore(end) < mediaRows.readyEnd())) {
            end++;
        }
        return end;
    }

    boolean canPrefill() {
        return phase == Phase.PREFILL && hasReadyRow() && (!scoresPrompt() || events.hasRoom());
    }

    private boolean hasReadyRow() {
        return readyEnd(1) > writtenRows();
    }

    boolean canDecode() {
        return phase == Phase.DECODE && events.hasRoom();
    }

    /// Prompt rows that are not in the KV cache.
    int missingRows() {
        return Math.max(0, prompt.rowCount() - writtenRows());
    }

    /// How long the sequence has been unable to go on for want of media rows.
    Duration rowWait(long nanoTime) {
        return rowWait.measure(phase == Phase.PREFILL && !hasReadyRow(), nanoTime);
    }

    /// How long its client has left a full buffer unread.
    Duration consumerWait(long nanoTime) {
        return consumerWait.measure(!events.hasRoom(), nanoTime);
    }

    /// Says that a run has written this many more rows.
    void extend(int rowCount) {
        int end = Math.min(writtenRows.addAndGet(rowCount), prompt.rowCount());
        mediaRows.consumeTo(prompt.mediaBefore(end));
        if (end == prompt.rowCount()) {
            phase = Phase.DECODE;
        }
    }

    /// Whether the last run's logits are those of the next token.
    public boolean wantsToken() {
        return phase == Phase.DECODE;
    }

    /// The tokens that may come next; absent where all may.
    public @Nullable TokenMask allowedTokens() {
        return guide == null ? null : guide.allowed();
    }

    /// What the next decode run computes of this sequence.
    public DecodeRow decodeRow() {
        return new DecodeRow(
                slot(),
                writtenRows(),
                lastToken,
                writtenRows() + prompt.positions().ropeDelta());
    }

    /// Publishes log probabilities of consecutive prompt tokens.
    ///
    /// @param firstIndex of the first of them in the prompt
    public void score(int firstIndex, List<PromptTokenLogprob> tokens) {
        if (!tokens.isEmpty()) {
            events.add(new DecodeEvent.PromptScored(firstIndex, tokens));
        }
    }

    /// Appends a token to the answer and publishes it, or ends the sequence.
    ///
    /// @throws ServingException INVALID_VALUE when its grammar can be followed no further
    public void append(SampledToken token) {
        StopConditions stop = request.stop();
        int tokenId = token.tokenId();
        if (guide == null ? stop.isEnding(tokenId) : guide.ends(tokenId)) {
            boolean steered = guide != null && guide.wasSteered();
            finish(steered ? FinishReason.LENGTH : FinishReason.STOP, tokenId);
            return;
        }
        events.add(new DecodeEvent.Generated(token, history.generatedCount()));
        history.append(tokenId);
        keys.append(tokenId);
        lastToken = tokenId;
        if (guide != null) {
            guide.append(tokenId);
        }
        if (isComplete()) {
            finish();
        }
    }

    /// Whether it has all the tokens that were asked for, or that its grammar permits: a resumed one may have
    /// them from the start.
    boolean isComplete() {
        return guide == null ? history.generatedCount() >= request.stop().maxTokens() : guide.isComplete();
    }

    /// Ends a complete sequence.
    void finish() {
        finish(guide == null || guide.wasSteered() ? FinishReason.LENGTH : FinishReason.STOP, null);
    }

    private void finish(FinishReason reason, @Nullable Integer endingTokenId) {
        int cachedTokens = lease == null
                ? 0
                : Math.min(lease.cachedRows(), request.prompt().rowCount());
        end(new DecodeEvent.Finished(
                reason, endingTokenId, request.prompt().rowCount(), history.generatedCount(), cachedTokens));
    }

    void fail(ServingException error) {
        end(new DecodeEvent.Failed(error));
    }

    private void end(DecodeEvent last) {
        phase = Phase.ENDED;
        events.add(last);
        budget.open();
    }
}
