package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.backend.BackendPool;
import ai.autoglm.gateway.backend.BackendRequest;
import ai.autoglm.gateway.backend.RetryReason;
import ai.autoglm.gateway.backend.RoutingMetrics;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The encoding of one medium, begun again when it fails: once, and only for failures that say nothing of the
/// medium; on another encoder, unless the first one only gave up waiting for a reader. Rows that have been read are
/// skipped. Used by one thread, but for [#close].
///
/// @param <Q> what the gateway sends
/// @param <A> what the encoder answers
final class RetriedEncoding<Q, A> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RetriedEncoding.class);

    private final EncodeProtocol<Q, A> protocol;
    private final MediumWork work;
    private final BackendPool pool;
    private final EncodeConfig config;
    private final RoutingMetrics metrics;
    private BackendRequest request;
    private boolean retried;
    private boolean closed; // guarded by this
    private @Nullable EncodeCall<Q, A> call; // guarded by this
    private @Nullable Acceptance acceptance;
    private @Nullable ServingException failure;
    private int readCount;

    RetriedEncoding(
            EncodeProtocol<Q, A> protocol,
            String bundleId,
            MediumWork work,
            BackendPool pool,
            EncodeConfig config,
            RoutingMetrics metrics) {
        this.protocol = protocol;
        this.work = work;
        this.pool = pool;
        this.config = config;
        this.metrics = metrics;
        this.request = BackendRequest.of(bundleId, protocol.sha256(), protocol.work());
    }

    MediumWork work() {
        return work;
    }

    BackendKind kind() {
        return protocol.kind();
    }

    /// Of the medium's bytes.
    ByteString sha256() {
        return protocol.sha256();
    }

    /// Sends the medium to an encoder and waits until it is decoded there.
    ///
    /// @throws ServingException the encoder's error, of the second where there were two
    Acceptance begin() {
        while (true) {
            EncodeCall<Q, A> opened = keep(open());
            try {
                Acceptance answer = opened.submit(work.medium().bytes());
                accept(answer);
                return answer;
            } catch (ServingException e) {
                recover(opened, e);
            }
        }
    }

    private EncodeCall<Q, A> open() {
        try {
            return EncodeCall.open(protocol, pool, request, config, work);
        } catch (ServingException e) {
            // Why another encoder is needed says more than that there is none.
            throw failure == null ? e : failure;
        }
    }

    /// Waits for the next rows; empty after the last.
    ///
    /// @throws ServingException the encoder's error, of the second where there were two
    Optional<EmbeddingRows> next() {
        if (acceptance == null) {
            begin();
        }
        int tokenCount = acceptance().tokenCount();
        while (readCount < tokenCount) {
            EncodeCall<Q, A> current = current();
            try {
                Optional<EmbeddingRows> rows = unread(current.nextRows(), tokenCount);
                if (rows.isPresent()) {
                    return rows;
                }
            } catch (ServingException e) {
                recover(current, e);
                begin();
            }
        }
        return Optional.empty();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (call != null) {
            call.close();
        }
        work.close();
    }

    private Acceptance acceptance() {
        if (acceptance == null) {
            throw new IllegalStateException("nothing was accepted");
        }
        return acceptance;
    }

    private synchronized EncodeCall<Q, A> keep(EncodeCall<Q, A> opened) {
        call = opened;
        if (closed) {
            opened.close();
        }
        return opened;
    }

    private synchronized EncodeCall<Q, A> current() {
        if (call == null) {
            throw new IllegalStateException("there is no call");
        }
        return call;
    }

    /// What is new of a message: all of it, the rest of it, or nothing.
    private Optional<EmbeddingRows> unread(Optional<EmbeddingRows> message, int tokenCount) {
        EmbeddingRows rows = message.orElseThrow(() -> broken("ended after " + readCount, tokenCount));
        int first = rows.getFirstRow();
        int end = first + rows.getRowCount();
        if (first > readCount || rows.getRowCount() < 1 || end > tokenCount || (first < readCount && !retried)) {
            throw broken("sent " + rows.getRowCount() + " rows from row " + first + " after " + readCount, tokenCount);
        }
        if (end <= readCount) {
            return Optional.empty();
        }
        EmbeddingRows fresh = from(rows, readCount - first);
        readCount = end;
        if (readCount == tokenCount) {
            current().call().succeeded();
            work.close();
        }
        return Optional.of(fresh);
    }

    private static EmbeddingRows from(EmbeddingRows rows, int skipped) {
        if (skipped == 0) {
            return rows;
        }
        int rowBytes = rows.getData().size() / rows.getRowCount();
        return rows.toBuilder()
                .setFirstRow(rows.getFirstRow() + skipped)
                .setRowCount(rows.getRowCount() - skipped)
                .setData(rows.getData().substring(skipped * rowBytes))
                .build();
    }

    /// Prepares for another encoder, or gives up.
    private void recover(EncodeCall<Q, A> failed, ServingException cause) {
        Optional<RetryReason> reason = isClosed() ? Optional.empty() : failed.retryReason(cause);
        // An encoder whose rows nobody took in time is well, and has them in its cache.
        boolean unread = acceptance != null && reason.equals(Optional.of(RetryReason.TIMEOUT));
        BackendRequest next = unread ? request : failed.call().elsewhere();
        failed.close();
        if (reason.isEmpty() || retried || !(unread || reason.get().mayComeBack() || pool.has(next))) {
            work.stage().fail(cause.code().wireName());
            throw cause;
        }
        work.stage().event("retried");
        retried = true;
        failure = cause;
        request = next;
        metrics.retried(protocol.kind().serviceName(), reason.get().label());
        LOG.infof(
                "Request %s: a medium is encoded again, as the %s at %s failed after %d rows (%s).",
                work.record().id(),
                protocol.kind().label(),
                failed.call().lease().backend().address(),
                readCount,
                reason.get().label());
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void accept(Acceptance answer) {
        if (acceptance == null) {
            acceptance = answer;
            work.accepted(answer);
        } else if (!acceptance.equals(answer)) {
            throw new ServingException(
                    ErrorCode.INTERNAL, "Two " + protocol.kind().label() + "s do not agree on a medium.");
        }
    }

    private ServingException broken(String what, int tokenCount) {
        return new ServingException(
                ErrorCode.INTERNAL, "An encoder " + what + " of " + tokenCount + " embedding rows.");
    }
}
