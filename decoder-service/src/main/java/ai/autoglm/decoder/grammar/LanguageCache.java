package ai.autoglm.decoder.grammar;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.GrammarCompiler;
import ai.autoglm.toolkit.grammar.GrammarSource;
import ai.autoglm.toolkit.grammar.Language;
import ai.autoglm.toolkit.grammar.Vocabulary;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Compiled languages, those used last. Each is compiled once, by the thread that asks first, while others that ask for
/// it wait. Few are compiled at a time, so that the decode loop keeps its cores. Safe for concurrent callers.
public final class LanguageCache {
    private static final int CAPACITY = 32;
    private static final float LOAD_FACTOR = 0.75f;
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Vocabulary vocabulary;
    private final CompileListener listener;
    private final Semaphore compilers =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    private final Map<GrammarSource, CompletableFuture<Language>> languages =
            new LinkedHashMap<>(CAPACITY, LOAD_FACTOR, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<GrammarSource, CompletableFuture<Language>> eldest) {
                    return size() > CAPACITY;
                }
            };

    public LanguageCache(Vocabulary vocabulary, CompileListener listener) {
        this.vocabulary = vocabulary;
        this.listener = listener;
    }

    /// @throws ServingException INVALID_VALUE when the source cannot be compiled, OVERLOADED when too many others are
    ///     being compiled
    public Language language(GrammarSource source) {
        CompletableFuture<Language> mine = new CompletableFuture<>();
        CompletableFuture<Language> known = putIfAbsent(source, mine);
        if (known != null) {
            listener.found();
            return await(known);
        }
        try {
            mine.complete(compile(source));
        } catch (RuntimeException | Error e) {
            remove(source, mine);
            mine.completeExceptionally(e);
        }
        return await(mine);
    }

    private synchronized CompletableFuture<Language> putIfAbsent(
            GrammarSource source, CompletableFuture<Language> language) {
        return languages.putIfAbsent(source, language);
    }

    private synchronized void remove(GrammarSource source, CompletableFuture<Language> language) {
        languages.remove(source, language);
    }

    private static Language await(CompletableFuture<Language> language) {
        try {
            return language.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ServingException refusal) {
                throw new ServingException(refusal.code(), refusal.message(), refusal);
            }
            throw e;
        }
    }

    private Language compile(GrammarSource source) {
        acquireCompiler();
        long start = System.nanoTime();
        try {
            return GrammarCompiler.compile(source, vocabulary);
        } finally {
            compilers.release();
            listener.compiled(Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private void acquireCompiler() {
        try {
            if (!compilers.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ServingException(
                        ErrorCode.OVERLOADED, "Too many grammars are being compiled: try again later.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServingException(ErrorCode.BACKEND_UNAVAILABLE, "The decoder is shutting down.", e);
        }
    }
}
