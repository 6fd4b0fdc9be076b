package ai.autoglm.decoder.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.GrammarSource;
import ai.autoglm.toolkit.grammar.Language;
import ai.autoglm.toolkit.grammar.Vocabulary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LanguageCacheTest {
    private static final Vocabulary BYTES = new Vocabulary(
            IntStream.range(0, 256).mapToObj(value -> new byte[] {(byte) value}).toList(), 256);

    private final AtomicInteger compiledCount = new AtomicInteger();
    private final AtomicInteger foundCount = new AtomicInteger();
    private final LanguageCache cache = new LanguageCache(BYTES, new CompileListener() {
        @Override
        public void compiled(Duration duration) {
            compiledCount.incrementAndGet();
        }

        @Override
        public void found() {
            foundCount.incrementAndGet();
        }
    });

    @Test
    void compilesEqualSourcesOnceHoweverManyAskAtOnce() throws ExecutionException, InterruptedException {
        List<Future<Language>> languages = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < 20; client++) {
                languages.add(
                        threads.submit(() -> cache.language(new GrammarSource.JsonSchema("{\"type\":\"object\"}"))));
            }
        }
        for (Future<Language> language : languages) {
            assertThat(language.get()).isSameAs(languages.getFirst().get());
        }
        assertThat(compiledCount).hasValue(1);
        assertThat(foundCount).hasValue(19);
    }

    @Test
    void forgetsTheLanguageThatWasNotUsedForLongest() {
        Language first = cache.language(new GrammarSource.Regex("a{0}"));
        Language second = cache.language(new GrammarSource.Regex("a{1}"));
        for (int other = 2; other <= 32; other++) {
            cache.language(new GrammarSource.Regex("a{" + other + "}"));
            assertThat(cache.language(new GrammarSource.Regex("a{0}"))).isSameAs(first);
        }
        assertThat(cache.language(new GrammarSource.Regex("a{1}"))).isNotSameAs(second);
    }

    @Test
    void everyoneWhoAsksHearsWhatIsWrong() {
        for (int client = 0; client < 2; client++) {
            assertThatThrownBy(() -> cache.language(new GrammarSource.Regex("(")))
                    .isInstanceOf(ServingException.class)
                    .hasMessageContaining("is missing");
        }
        assertThat(foundCount).as("a failure is not kept").hasValue(0);
    }
}
