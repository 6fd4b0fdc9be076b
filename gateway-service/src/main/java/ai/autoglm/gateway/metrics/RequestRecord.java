package ai.autoglm.gateway.metrics;

import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.gateway.admission.TokenAllowance;
import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.proto.trace.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is known of one request while it is worked on: numbers only, never content. Written by the
/// request's thread, but for engine time.
public final class RequestRecord {
    /// A choice that has its first token.
    private static final class ChoiceRecord {
        long lastTokenNanos;
        int tokenCount;

        @Nullable
        String finishReason;
    }

    private final String id;
    private final Caller caller;
    private final TokenAllowance allowance;
    private final HeldBytes.Share held;
    private final Function<LoadedModel, RequestMeters> metersOf;
    private final Stage trace;
    private final long startNanos = System.nanoTime();
    private final Map<Integer, ChoiceRecord> choices = new TreeMap<>();
    private final Map<String, LongAdder> engineNanos = new ConcurrentHashMap<>(); // by service
    private RequestKind kind = RequestKind.TEXT;
    private PromptCost prompt = PromptCost.NONE;
    private @Nullable RequestMeters meters;
    private @Nullable Stage stage;
    private boolean accepted;
    private @Nullable Duration timeToFirstToken;

    /// @param metersOf the meters of each model
    /// @param trace the span of the whole request
    RequestRecord(
            String id,
            Caller caller,
            TokenAllowance allowance,
            HeldBytes.Share held,
            Function<LoadedModel, RequestMeters> metersOf,
            Stage trace) {
        this.id = id;
        this.caller = caller;
        this.allowance = allowance;
        this.held = held;
        this.metersOf = metersOf;
        this.trace = trace.set("autoglm.request_id", id);
    }

    public String id() {
        return id;
    }

    public Caller caller() {
        return caller;
    }

    /// What the request holds in memory until it is over.
    public HeldBytes.Share held() {
        return held;
    }

    /// The span of the whole request.
    public Stage trace() {
        return trace;
    }

    /// A stage of the request begins on the request's thread, and the one before it ends.
    public void enter(String name) {
        leave();
        stage = trace.begin(name);
    }

    /// A stage within the one that the request's thread is in; whoever begins it closes it.
    public Stage begin(String name) {
        return (stage == null ? trace : stage).begin(name);
    }

    /// The stage that the request's thread was in ends.
    public void leave() {
        if (stage != null) {
            stage.close();
            stage = null;
        }
    }

    /// Checks what the request may cost against what its caller has left.
    ///
    /// @param estimate of prompt and completion tokens together
    /// @throws ai.autoglm.toolkit.error.ServingException RATE_LIMIT_EXCEEDED or INSUFFICIENT_QUOTA
    public void reserve(long estimate) {
        allowance.reserve(estimate);
    }

    /// It was assigned to a model. To be told before anything that is measured.
    public void model(LoadedModel model) {
        meters = metersOf.apply(model);
    }

    /// Its media are loaded.
    public void media(List<Medium> media) {
        kind = RequestKind.of(media);
    }

    /// Decoders have accepted every choice.
    public void accepted(PromptCost cost) {
        prompt = cost;
        accepted = true;
        meters().prompt(cost.total());
    }

    /// A token of a choice has come.
    public void token(int choice) {
        ChoiceRecord record = choices.computeIfAbsent(choice, _ -> new ChoiceRecord());
        long now = System.nanoTime();
        if (timeToFirstToken == null) {
            timeToFirstToken = Duration.ofNanos(now - startNanos);
            meters().firstToken(kind, timeToFirstToken);
        }
        if (record.tokenCount > 0) {
            meters().pause(Duration.ofNanos(now - record.lastTokenNanos));
        }
        record.lastTokenNanos = now;
        record.tokenCount++;
        meters().token();
    }

    /// A choice has ended.
    ///
    /// @param reason as clients learn it
    public void finished(int choice, String reason) {
        ChoiceRecord record = choices.computeIfAbsent(choice, _ -> new ChoiceRecord());
        record.finishReason = reason;
        meters().choice(reason, record.tokenCount);
    }

    /// An engine has worked for this request. Any thread may tell.
    ///
    /// @param service such as "decoder"
    /// @param seconds this request's share of the engine's time
    public void engineTime(String service, double seconds) {
        engineNanos.computeIfAbsent(service, _ -> new LongAdder()).add(Math.round(seconds * 1e9));
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /// The request is over: what it cost is charged and measured.
    void end() {
        leave();
        int completionTokens = completionTokenCount();
        trace.set("gen_ai.usage.input_tokens", prompt.total())
                .set("gen_ai.usage.output_tokens", completionTokens)
                .set("gen_ai.response.finish_reason", finishReason());
        allowance.settle((long) prompt.total() + completionTokens);
        choices.values().stream()
                .filter(choice -> choice.finishReason == null)
                .forEach(choice -> meters().choice(RequestMeters.ABORTED, choice.tokenCount));
        if (accepted) {
            int longest = choices.values().stream()
                    .mapToInt(choice -> choice.tokenCount)
                    .max()
                    .orElse(0);
            meters().request(elapsed(), longest);
        }
    }

    private RequestMeters meters() {
        return Objects.requireNonNull(meters, "no model");
    }

    RequestKind kind() {
        return kind;
    }

    PromptCost prompt() {
        return prompt;
    }

    int completionTokenCount() {
        return choices.values().stream().mapToInt(choice -> choice.tokenCount).sum();
    }

    Optional<Duration> timeToFirstToken() {
        return Optional.ofNullable(timeToFirstToken);
    }

    /// Of an engine, for all choices together.
    Duration engineTime(String service) {
        LongAdder nanos = engineNanos.get(service);
        return nanos == null ? Duration.ZERO : Duration.ofNanos(nanos.sum());
    }

    /// Of the last choice that has one, else "none".
    String finishReason() {
        String last = "none";
        for (ChoiceRecord choice : choices.values()) {
            last = choice.finishReason == null ? last : choice.finishReason;
        }
        return last;
    }
}
