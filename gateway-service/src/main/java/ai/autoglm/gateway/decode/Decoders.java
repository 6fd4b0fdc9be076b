package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.admission.KeyLimits;
import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.backend.BackendPool;
import ai.autoglm.gateway.backend.BackendRequest;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.backend.RoutingMetrics;
import ai.autoglm.gateway.error.ContextLength;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.toolkit.bundle.BundleManifest;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Starts generations on decoders.
@Singleton
public final class Decoders {
    private static final long ONE_GENERATION = 1;

    private final Backends backends;
    private final DecodeConfig config;
    private final CrashLedger ledger;
    private final RoutingMetrics metrics;
    private final KeyLimits limits;

    public Decoders(
            Backends backends, DecodeConfig config, CrashLedger ledger, RoutingMetrics metrics, KeyLimits limits) {
        this.backends = backends;
        this.config = config;
        this.ledger = ledger;
        this.metrics = metrics;
        this.limits = limits;
    }

    /// Hands a prompt to a decoder and waits until it has a place there. Rows of media follow in the
    /// background.
    ///
    /// @param manifest of the bundle that the request was assigned to
    /// @param seed of this choice
    /// @param record of the request: its id, and whose prefix cache serves it
    /// @throws ai.autoglm.toolkit.error.ServingException CONTEXT_LENGTH_EXCEEDED when prompt and completion do
    ///     not fit, BACKEND_UNAVAILABLE when no decoder can be reached, QUARANTINED when it was under way in two
    ///     crashes, or the decoder's refusal
    public Generation generate(
            BundleManifest manifest, FusedPrompt prompt, GenerationOptions options, long seed, RequestRecord record) {
        BackendPool pool = backends.pool(BackendKind.DECODER);
        BackendRequest request = BackendRequest.of(manifest.bundleId(), prompt.routingKey(), ONE_GENERATION);
        DecodeAttempt chosen = DecodeAttempt.open(pool, request, prompt, config, record);
        try {
            String cacheSalt = config.prefixCachePerKey() ? record.caller().name() : "";
            int maxTokens = completionLimit(chosen.maxModelLen(), prompt.tokenCount(), options.maxTokens());
            DecoderShare share = DecoderShare.of(record.caller(), limits);
            GenerationPlan plan =
                    GenerationPlan.of(manifest, record.id(), cacheSalt, share, prompt, options, seed, maxTokens);
            Failover failover = new Failover(pool, config, ledger, metrics, plan, record);
            return new Generation(failover, failover.start(chosen));
        } catch (RuntimeException e) {
            chosen.close();
            throw e;
        }
    }

    /// How many tokens the completion may have: as many as asked for, or whatever the prompt leaves.
    private static int completionLimit(int maxModelLen, int promptTokenCount, @Nullable Integer requested) {
        int left = maxModelLen - promptTokenCount;
        int needed = requested == null ? 1 : Math.max(requested, 1);
        if (needed > left) {
            throw ContextLength.exceeded(maxModelLen, promptTokenCount, needed);
        }
        return requested == null ? left : needed;
    }
}
