package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.GrammarCompiler;
import ai.autoglm.toolkit.grammar.GrammarSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// Checks languages at the edge. A check may compute for seconds, so only some of the processors are given to checks,
/// and what was accepted is remembered: agents send the same schema with each step. Safe for concurrent callers.
final class LanguageChecks {
    private static final int MAX_REMEMBERED = 256;

    private final Semaphore places =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    private final Map<GrammarSource, Boolean> accepted = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GrammarSource, Boolean> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    /// @throws ServingException INVALID_VALUE with a sentence that says why it cannot be kept
    void check(GrammarSource source) {
        synchronized (accepted) {
            if (accepted.get(source) != null) {
                return;
            }
        }
        places.acquireUninterruptibly();
        try {
            GrammarCompiler.check(source);
        } finally {
            places.release();
        }
        synchronized (accepted) {
            accepted.put(source, true);
        }
    }
}
