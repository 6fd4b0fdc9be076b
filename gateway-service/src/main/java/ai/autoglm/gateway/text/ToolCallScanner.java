package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.PromptTokens;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import ai.autoglm.gateway.text.CompletionEvent.TokensWritten;
import ai.autoglm.gateway.text.CompletionEvent.ToolArgumentsDelta;
import ai.autoglm.gateway.text.CompletionEvent.ToolCallStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Finds calls in the content of one choice: the name of a tool on a line of its own, then a JSON object, its
/// arguments. Words may come before the first call, as GLM-4 likes to say what it is going to do.
/// A line that may become a call is held back until it is known. Once there has been a call, text that is none is
/// dropped. Not thread-safe. Source: MODEL_SPEC C.5 (a), API 1.6.
public final class ToolCallScanner {
    private enum Phase {
        /// Words, or the beginning of a call.
        TEXT,
        ARGUMENTS,
        /// No more calls are wanted.
        OVER
    }

    private enum Verdict {
        CALL,
        NO_CALL,
        /// It depends on what comes.
        OPEN
    }

    private final Set<String> names;
    private final boolean parallel;
    private final Supplier<String> ids;
    private final HeldText held = new HeldText();
    private Phase phase = Phase.TEXT;
    private boolean lineBegins = true; // whether what is held begins a line
    private JsonEnd end = new JsonEnd();
    private int callCount;

    /// @param names of the tools that may be called
    /// @param parallel whether a choice may hold several calls
    /// @param ids gives each call an id of its own
    public ToolCallScanner(Set<String> names, boolean parallel, Supplier<String> ids) {
        this.names = Set.copyOf(names);
        this.parallel = parallel;
        this.ids = ids;
    }

    /// The events that take the place of these.
    public List<CompletionEvent> scan(List<CompletionEvent> events) {
        List<CompletionEvent> scanned = new ArrayList<>();
        for (CompletionEvent event : events) {
            switch (event) {
                case ContentDelta delta -> scan(delta, scanned);
                case Finished finished -> finish(finished, scanned);
                case PromptTokens _, TokensWritten _, ReasoningDelta _, ToolCallStarted _, ToolArgumentsDelta _ ->
                    scanned.add(event);
            }
        }
        return scanned;
    }

    /// Whether what follows would be dropped, so that the generation can be cancelled.
    public boolean over() {
        return phase == Phase.OVER;
    }

    /// The model has begun another message: what comes begins a line.
    public void beginMessage() {
        if (held.isEmpty()) {
            lineBegins = true;
        }
    }

    private void scan(ContentDelta delta, List<CompletionEvent> events) {
        switch (phase) {
            case TEXT -> {
                held.add(delta);
                scanLines(events);
            }
            case ARGUMENTS -> scanArguments(delta.text(), events);
            case OVER -> {}
        }
    }

    private void scanLines(List<CompletionEvent> events) {
        String text = held.text();
        int line = lineBegins ? 0 : text.indexOf('\n');
        while (line >= 0) {
            int name = skipWhitespace(text, line);
            switch (verdict(text.substring(name))) {
                case CALL -> {
                    beginCall(name, events);
                    return;
                }
                case OPEN -> {
                    return;
                }
                case NO_CALL -> line = text.indexOf('\n', name);
            }
        }
        release(events);
    }

    /// Whether a text begins with a call.
    private Verdict verdict(String text) {
        int lineEnd = text.indexOf('\n');
        String line = lineEnd < 0 ? text : text.substring(0, lineEnd).strip();
        if (lineEnd < 0) {
            return names.stream().anyMatch(name -> name.startsWith(line) || name.equals(line.stripTrailing()))
                    ? Verdict.OPEN
                    : Verdict.NO_CALL;
        }
        int arguments = skipWhitespace(text, lineEnd);
        if (!names.contains(line)) {
            return Verdict.NO_CALL;
        }
        if (arguments == text.length()) {
            return Verdict.OPEN;
        }
        return text.charAt(arguments) == '{' ? Verdict.CALL : Verdict.NO_CALL;
    }

    /// @param name where it begins in what is held
    private void beginCall(int name, List<CompletionEvent> events) {
        String call = held.text().substring(name);
        if (callCount == 0) {
            held.before(name).ifPresent(events::add);
        }
        held.clear();
        int lineEnd = call.indexOf('\n');
        phase = Phase.ARGUMENTS;
        end = new JsonEnd();
        events.add(new ToolCallStarted(
                callCount, ids.get(), call.substring(0, lineEnd).strip()));
        scanArguments(call.substring(skipWhitespace(call, lineEnd)), events);
    }

    private void scanArguments(String text, List<CompletionEvent> events) {
        int length = end.find(text).orElse(text.length());
        events.add(new ToolArgumentsDelta(callCount, text.substring(0, length)));
        if (end.reached()) {
            callCount++;
            lineBegins = true;
            phase = parallel ? Phase.TEXT : Phase.OVER;
            if (length < text.length()) {
                scan(new ContentDelta(text.substring(length)), events);
            }
        }
    }

    private void finish(Finished finished, List<CompletionEvent> events) {
        if (phase == Phase.TEXT) {
            release(events);
        }
        boolean called = callCount > 0 || phase == Phase.ARGUMENTS;
        events.add(
                called && finished.reason() == FinishReason.STOP
                        ? new Finished(FinishReason.TOOL_CALLS, finished.stopReason())
                        : finished);
    }

    /// What was held back is no call.
    private void release(List<CompletionEvent> events) {
        if (callCount == 0) {
            events.addAll(held.deltas());
        } else {
            phase = Phase.OVER;
        }
        held.clear();
        lineBegins = false;
    }

    private static int skipWhitespace(String text, int from) {
        int index = from;
        while (index < text.length() && Character.isWhitespace(text.charAt(index))) {
            index++;
        }
        return index;
    }
}
