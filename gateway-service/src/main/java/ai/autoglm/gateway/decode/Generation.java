package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.text.PromptScore;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Context;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// A generation that a decoder has accepted, as one unbroken sequence of events, whichever decoders work on it:
/// when one is lost, another goes on from the tokens that were read. One reading thread. Closing it cancels the
/// generation unless it has ended: the decoder then frees its sequence.
public final class Generation implements AutoCloseable {
    /// How long a generation that found no other decoder stays before it looks again.
    private static final Duration MOVE_INTERVAL = Duration.ofSeconds(2);

    private final Failover failover;
    private final Context context = Context.current();
    private final int cachedTokenCount;
    private final List<Integer> generated = new ArrayList<>();
    private DecodeAttempt attempt; // changed by the reading thread, guarded by this
    private boolean closed; // guarded by this
    private boolean moving;
    private long nextMoveNanos;
    private int nextScoreIndex = 1; // the first token of a prompt has no score
    private final Deque<DecodeEvent> held = new ArrayDeque<>();

    Generation(Failover failover, DecodeAttempt attempt) {
        this.failover = failover;
        this.attempt = attempt;
        this.cachedTokenCount = attempt.cachedTokenCount();
    }

    /// Leading prompt tokens that the first decoder found in its prefix cache.
    public int cachedTokenCount() {
        return cachedTokenCount;
    }

    /// Waits until the prompt is prefilled: its prefix can then be shared. The events that tell are not lost.
    public void awaitFirstToken() {
        List<DecodeEvent> events = new ArrayList<>();
        DecodeEvent event = next();
        while (event instanceof DecodeEvent.Progress || event instanceof DecodeEvent.PromptScored) {
            events.add(event);
            event = next();
        }
        events.add(event);
        held.addAll(events);
    }

    /// Waits for the next event. Not to be called after [DecodeEvent.Finished].
    ///
    /// @throws ServingException the error of the last decoder, or that of the encoder whose rows are missing;
    ///     TIMEOUT when nothing happens for too long
    public DecodeEvent next() {
        if (!held.isEmpty()) {
            return held.remove();
        }
        Context before = context.attach();
        try {
            return read();
        } finally {
            context.detach(before);
        }
    }

    /// Says that its text has ended: nobody needs what might follow.
    public void complete() {
        failover.completed(attempt());
        close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        attempt.close();
    }

    private DecodeEvent read() {
        while (true) {
            DecodeAttempt current = attempt();
            try {
                GenerateResponse response = current.next();
                if (!response.hasMoved()) {
                    return taken(DecodeEvents.of(response));
                }
                moving = true;
                move(current);
            } catch (ServingException e) {
                requireOpen(e);
                become(failover.after(current, e, generated));
                moving = false;
            }
        }
    }

    private DecodeEvent taken(DecodeEvent event) {
        switch (event) {
            case DecodeEvent.Progress _ -> moveWhenItIsTime();
            case DecodeEvent.Token token -> {
                if (token.index() != generated.size()) {
                    throw new ServingException(
                            ErrorCode.INTERNAL,
                            "The decoder sent token " + token.index() + " after " + generated.size() + " others.");
                }
                generated.add(token.token().id());
                moveWhenItIsTime();
            }
            case DecodeEvent.PromptScored scored -> {
                return unread(scored);
            }
            case DecodeEvent.Finished _ -> failover.completed(attempt());
        }
        return event;
    }

    /// Those scores that no earlier decoder has sent.
    private DecodeEvent unread(DecodeEvent.PromptScored scored) {
        List<PromptScore> scores = scored.scores();
        int known = Math.clamp(nextScoreIndex - (long) scored.firstIndex(), 0, scores.size());
        int firstIndex = scored.firstIndex() + known;
        nextScoreIndex = firstIndex + scores.size() - known;
        return new DecodeEvent.PromptScored(firstIndex, scores.subList(known, scores.size()));
    }

    private void moveWhenItIsTime() {
        if (moving && System.nanoTime() - nextMoveNanos > 0) {
            move(attempt());
        }
    }

    /// Where no other decoder has a slot for it, it runs on where it is. What that has sent and was not read is
    /// computed again elsewhere.
    private void move(DecodeAttempt leaving) {
        nextMoveNanos = System.nanoTime() + MOVE_INTERVAL.toNanos();
        failover.move(leaving, generated).ifPresent(next -> {
            leaving.close();
            become(next);
            moving = false;
        });
    }

    private synchronized DecodeAttempt attempt() {
        return attempt;
    }

    private synchronized void become(DecodeAttempt next) {
        attempt = next;
        if (closed) {
            next.close();
        }
    }

    private synchronized void requireOpen(ServingException failure) {
        if (closed) {
            throw failure;
        }
    }
}
