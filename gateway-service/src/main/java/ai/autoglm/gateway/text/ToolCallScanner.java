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
/// arguments.
/// Content that may become a call is held back until it is known. Once there has been a call, text that is none is
/// dropped. Not thread-safe. Source: MODEL_SPEC C.5 (a), API 1.6.
public final class ToolCallScanner {
    private enum Phase {
        /// The beginning of a call or of an answer in words.
        NAME,
        /// An answer in words.
        WORDS,
        ARGUMENTS,
        /// No more calls are wanted.
        OVER
    }

    private final Set<String> names;
    private final boolean parallel;
    private final Supplier<String> ids;
    private final List<ContentDelta> held = new ArrayList<>();
    private final StringBuilder heldText = new StringBuilder();
    private Phase phase = Phase.NAME;
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

    private void scan(ContentDelta delta, List<CompletionEvent> events) {
        switch (phase) {
            case NAME -> {
                held.add(delta);
                heldText.append(delta.text());
                scanName(events);
            }
            case WORDS -> events.add(delta);
            case ARGUMENTS -> scanArguments(delta.text(), events);
            case OVER -> {}
        }
    }

    private void scanName(List<CompletionEvent> events) {
        String text = heldText.toString().stripLeading();
        int lineEnd = text.indexOf('\n');
        String line = lineEnd < 0 ? text : text.substring(0, lineEnd);
        String rest = lineEnd < 0 ? "" : text.substring(lineEnd + 1).stripLeading();
        boolean open = lineEnd < 0
                ? names.stream().anyMatch(name -> name.startsWith(line) || name.equals(line.stripTrailing()))
                : names.contains(line.strip()) && rest.isEmpty();
        if (open) {
            return;
        }
        if (names.contains(line.strip()) && rest.startsWith("{")) {
            forgetHeld();
            phase = Phase.ARGUMENTS;
            end = new JsonEnd();
            events.add(new ToolCallStarted(callCount, ids.get(), line.strip()));
            scanArguments(rest, events);
        } else {
            release(events);
        }
    }

    private void scanArguments(String text, List<CompletionEvent> events) {
        int length = end.find(text).orElse(text.length());
        events.add(new ToolArgumentsDelta(callCount, text.substring(0, length)));
        if (end.reached()) {
            callCount++;
            phase = parallel ? Phase.NAME : Phase.OVER;
            if (length < text.length()) {
                scan(new ContentDelta(text.substring(length)), events);
            }
        }
    }

    private void finish(Finished finished, List<CompletionEvent> events) {
        if (phase == Phase.NAME) {
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
            events.addAll(held);
            phase = Phase.WORDS;
        } else {
            phase = Phase.OVER;
        }
        forgetHeld();
    }

    private void forgetHeld() {
        held.clear();
        heldText.setLength(0);
    }
}
