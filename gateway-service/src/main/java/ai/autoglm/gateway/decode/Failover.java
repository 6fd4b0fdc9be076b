package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.backend.BackendLease;
import ai.autoglm.gateway.backend.BackendPool;
import ai.autoglm.gateway.backend.BackendRequest;
import ai.autoglm.gateway.backend.RetryReason;
import ai.autoglm.gateway.backend.RoutingMetrics;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Finds another decoder for one generation when the one that had it is lost: once before its first token, and
/// once after. Used by one thread at a time.
///
/// | failure                                  | before the first token | after it          | counts as a crash        |
/// |------------------------------------------|------------------------|-------------------|--------------------------|
/// | connection lost                          | once                   | once              | unless it was expected   |
/// | engine fault, nothing came for too long  | once                   | once              | yes                      |
/// | ejected, serves another bundle           | once                   | once              | no                       |
/// | the decoder stops                        | always                 | always            | no                       |
/// | queue full                               | one other decoder      | one other decoder | no                       |
/// | anything that is the request's own fault | never                  | never             | no                       |
final class Failover {
    private static final Logger LOG = Logger.getLogger(Failover.class);
    private static final String DECODER = "decoder";

    private final BackendPool pool;
    private final DecodeConfig config;
    private final CrashLedger ledger;
    private final RoutingMetrics metrics;
    private final GenerationPlan plan;
    private final RequestRecord record;
    private final ByteString fingerprint;
    private boolean retried;
    private boolean resumed;
    private boolean triedOther;

    Failover(
            BackendPool pool,
            DecodeConfig config,
            CrashLedger ledger,
            RoutingMetrics metrics,
            GenerationPlan plan,
            RequestRecord record) {
        this.pool = pool;
        this.config = config;
        this.ledger = ledger;
        this.metrics = metrics;
        this.plan = plan;
        this.record = record;
        this.fingerprint = plan.fingerprint();
    }

    /// Starts the generation on the decoder that was chosen, or on another one.
    ///
    /// @throws ServingException QUARANTINED, or why no decoder takes it
    DecodeAttempt start(DecodeAttempt chosen) {
        ledger.requireHarmless(fingerprint);
        return start(chosen, List.of(), false);
    }

    /// Goes on elsewhere.
    ///
    /// @param generated the tokens so far
    /// @throws ServingException why there is no going on
    DecodeAttempt after(DecodeAttempt failed, ServingException failure, List<Integer> generated) {
        RetryReason reason = giveUp(failed, failure);
        try {
            DecodeAttempt next = start(elsewhere(failed, failure, reason, generated), generated, true);
            count(generated, "resumed");
            return next;
        } catch (ServingException e) {
            count(generated, e.code().wireName());
            throw e;
        }
    }

    /// Goes on at a decoder that has a slot now; empty where there is none, and all stays as it is.
    Optional<DecodeAttempt> move(DecodeAttempt leaving, List<Integer> generated) {
        BackendRequest request = elsewhere(leaving).onLasting();
        if (!pool.has(request)) {
            return Optional.empty();
        }
        try {
            DecodeAttempt next = DecodeAttempt.open(pool, request, plan.prompt(), config, record);
            try {
                next.start(plan.start(generated, true), config.acceptTimeout());
                if (next.hasSlot()) {
                    next.feed();
                    log("moves", leaving, next, generated.size(), "the decoder ends");
                    metrics.resumed("moved");
                    return Optional.of(next);
                }
            } catch (ServingException e) {
                LOG.debugf("Request %s stays where it is: %s", plan.requestId(), e.message());
            }
            next.close();
        } catch (ServingException e) {
            LOG.debugf("Request %s stays where it is: %s", plan.requestId(), e.message());
        }
        return Optional.empty();
    }

    /// The generation has come to its end.
    void completed(DecodeAttempt attempt) {
        attempt.call().succeeded();
        ledger.completed(fingerprint);
    }

    private DecodeAttempt start(DecodeAttempt chosen, List<Integer> generated, boolean again) {
        DecodeAttempt attempt = chosen;
        boolean wasTaken = again;
        while (true) {
            try {
                attempt.start(plan.start(generated, wasTaken), config.acceptTimeout());
                attempt.feed();
                return attempt;
            } catch (ServingException e) {
                // What no decoder has taken has no right to the places of resumed work.
                wasTaken |= attempt.wasAccepted();
                attempt = elsewhere(attempt, e, giveUp(attempt, e), generated);
            }
        }
    }

    /// Closes what has failed.
    ///
    /// @return why another decoder may do better
    /// @throws ServingException why none would
    private static RetryReason giveUp(DecodeAttempt failed, ServingException failure) {
        Optional<ServingException> rowFailure = failed.rowFailure();
        Optional<RetryReason> reason = rowFailure.isPresent() ? Optional.empty() : failed.retryReason(failure);
        failed.close();
        return reason.orElseThrow(() -> rowFailure.orElse(failure));
    }

    /// Chooses another decoder, or gives up.
    private DecodeAttempt elsewhere(
            DecodeAttempt failed, ServingException failure, RetryReason reason, List<Integer> generated) {
        noteCrash(failed, failure, reason);
        BackendRequest request = elsewhere(failed);
        if (!spend(reason, generated) || !(reason.mayComeBack() || pool.has(request))) {
            throw failure;
        }
        DecodeAttempt next = open(request, failure);
        if (generated.isEmpty()) {
            metrics.retried(DECODER, reason.label());
        }
        log(generated.isEmpty() ? "is retried" : "resumes", failed, next, generated.size(), reason.label());
        return next;
    }

    /// @param failure that has made another decoder necessary, and says more than that there is none
    private DecodeAttempt open(BackendRequest request, ServingException failure) {
        try {
            return DecodeAttempt.open(pool, request, plan.prompt(), config, record);
        } catch (ServingException e) {
            throw failure;
        }
    }

    private BackendRequest elsewhere(DecodeAttempt failed) {
        return failed.call().elsewhere().withMinModelLen(plan.length());
    }

    /// Takes one of the tries that a failure may cost.
    private boolean spend(RetryReason reason, List<Integer> generated) {
        return switch (reason) {
            case STOPPING -> true;
            case OVERLOADED -> {
                boolean left = !triedOther;
                triedOther = true;
                yield left;
            }
            case CONNECTION_LOST, EJECTED, NO_PROGRESS, ENGINE_FAULT, BUNDLE_MISMATCH, TIMEOUT ->
                generated.isEmpty() ? spendRetry() : spendResume();
        };
    }

    private boolean spendRetry() {
        boolean left = !retried;
        retried = true;
        return left;
    }

    private boolean spendResume() {
        boolean left = !resumed;
        resumed = true;
        return left;
    }

    private void noteCrash(DecodeAttempt failed, ServingException failure, RetryReason reason) {
        BackendLease lease = failed.call().lease();
        switch (reason) {
            case CONNECTION_LOST -> {
                if (failed.wasSent() && !lease.backend().isEndExpected(lease.connection())) {
                    ledger.connectionLost(fingerprint, lease.connection());
                }
            }
            case ENGINE_FAULT -> {
                if (WireErrors.isDeclared(failure)) {
                    ledger.engineFailed(fingerprint, lease.connection());
                }
            }
            case NO_PROGRESS -> ledger.engineFailed(fingerprint, lease.connection());
            case STOPPING, EJECTED, OVERLOADED, BUNDLE_MISMATCH, TIMEOUT -> {}
        }
    }

    private void count(List<Integer> generated, String outcome) {
        if (!generated.isEmpty()) {
            metrics.resumed(outcome);
        }
    }

    private void log(String what, DecodeAttempt from, DecodeAttempt to, int tokenCount, String reason) {
        LOG.infof(
                "Request %s %s at token %d: from the decoder at %s to that at %s (%s).",
                plan.requestId(),
                what,
                tokenCount,
                from.call().lease().backend().address(),
                to.call().lease().backend().address(),
                reason);
    }
}
