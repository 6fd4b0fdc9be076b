package ai.autoglm.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(10);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void anyKeyAndNoKeyWillDoWhereNoneAreConfigured() {
        ApiKeys keys = keys(List.of(), null);

        assertThat(keys.authenticate(null)).isEqualTo(Caller.ANYONE);
        assertThat(keys.authenticate("Bearer EMPTY")).isEqualTo(Caller.ANYONE);
    }

    @Test
    void tellsWhoseKeyItIs() throws IOException {
        ApiKeys keys = keys(List.of("first", "second"), file("# comment", "", " phone-lab:" + hash("third") + " "));

        assertThat(keys.authenticate("Bearer first").name()).isEqualTo("key-1");
        assertThat(keys.authenticate("bearer  second ").name()).isEqualTo("key-2");
        assertThat(keys.authenticate("Bearer third").name()).isEqualTo("phone-lab");
        keys.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer firs", "Bearer first2", "Bearer FIRST", "Bearer", "Basic first", "first", ""})
    void refusesWhatIsNoKeyWithoutRepeatingIt(String authorization) {
        ApiKeys keys = keys(List.of("first"), null);

        assertThatThrownBy(() -> keys.authenticate(authorization))
                .isInstanceOfSatisfying(ServingException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_API_KEY);
                    assertThat(failure.message()).doesNotContainIgnoringCase("firs");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "second", "third", "none of them"})
    void looksAtEveryKeyWhicheverMatches(String given) {
        AtomicInteger looked = new AtomicInteger();
        List<ApiKey> keys = Stream.of("first", "second", "third")
                .map(key -> ApiKey.of(key, key))
                .toList();

        Caller owner = ApiKeys.owner(
                () -> keys.stream().peek(_ -> looked.incrementAndGet()).iterator(), ApiKey.digest(given));

        assertThat(looked).hasValue(3);
        assertThat(Optional.ofNullable(owner).map(Caller::name).orElse("none of them"))
                .isEqualTo(given);
    }

    @Test
    void theHashOfAKeyIsNoKey() throws IOException {
        ApiKeys keys = keys(List.of(), file("a:" + hash("secret")));

        assertThatThrownBy(() -> keys.authenticate("Bearer " + hash("secret"))).isInstanceOf(ServingException.class);
        keys.close();
    }

    @Test
    void anEmptyFileAdmitsNobody() throws IOException {
        ApiKeys keys = keys(List.of(), file());

        assertThatThrownBy(() -> keys.authenticate("Bearer any")).isInstanceOf(ServingException.class);
        assertThatThrownBy(() -> keys.authenticate(null)).isInstanceOf(ServingException.class);
        keys.close();
    }

    @Test
    void keysComeAndGoWithoutARestart() throws IOException {
        Path file = file("old:" + hash("old"));
        ApiKeys keys = keys(List.of(), file);
        assertThat(accepts(keys, "old")).isTrue();

        Files.writeString(file, "new:" + hash("new"));

        Await.until("the new key is valid", () -> accepts(keys, "new"));
        assertThat(accepts(keys, "old")).isFalse();
        keys.close();
    }

    @Test
    void aFileThatBreaksLeavesTheKeysAsTheyWere() throws IOException {
        Path file = file("old:" + hash("old"));
        ApiKeys keys = keys(List.of(), file);

        Files.writeString(file, "no hash at all");
        Await.pause(Duration.ofMillis(100));
        assertThat(accepts(keys, "old")).isTrue();
        Files.delete(file);
        Await.pause(Duration.ofMillis(100));
        assertThat(accepts(keys, "old")).isTrue();

        Files.writeString(file, "new:" + hash("new"));
        Await.until("the new key is valid", () -> accepts(keys, "new"));
        keys.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-plain-key", "name:1234", "na me:HASH", ":HASH", "a:HASH\na:HASH", "a:HASHff"})
    void aFileWithABadLineStopsTheStartWithoutShowingIt(String content) throws IOException {
        Path file = file(content.replace("HASH", hash("x")));

        assertThatThrownBy(() -> keys(List.of(), file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("line " + (content.contains("\n") ? 2 : 1))
                .hasMessageNotContainingAny("sk-plain-key", hash("x"));
    }

    @Test
    void aLineMaySayWhatItsKeyMayDo() throws IOException {
        ApiKeys keys = keys(
                List.of("given"),
                file(
                        "bare:" + hash("bare"),
                        "lab:" + hash("lab") + "  concurrency=4 tokens-per-minute=100000\tpriority=20",
                        "shop:" + hash("shop") + " requests-per-minute=60 models=autoglm-phone-9b,phone"));

        assertThat(keys.settings(new Caller("bare"))).isEqualTo(KeySettings.NONE);
        assertThat(keys.settings(new Caller("key-1"))).isEqualTo(KeySettings.NONE);
        assertThat(keys.settings(new Caller("nobody"))).isEqualTo(KeySettings.NONE);
        KeySettings lab = keys.settings(keys.authenticate("Bearer lab"));
        assertThat(lab.concurrency()).hasValue(4);
        assertThat(lab.requestsPerMinute()).isEmpty();
        assertThat(lab.tokensPerMinute()).hasValue(100_000);
        assertThat(lab.priority()).isEqualTo(20);
        assertThat(lab.permits(Set.of("anything"))).isTrue();
        KeySettings shop = keys.settings(keys.authenticate("Bearer shop"));
        assertThat(shop.requestsPerMinute()).hasValue(60);
        assertThat(shop.permits(Set.of("phone", "tablet"))).isTrue();
        assertThat(shop.permits(Set.of("tablet"))).isFalse();
        keys.close();
    }

    @Test
    void settingsChangeWithoutARestart() throws IOException {
        Path file = file("lab:" + hash("lab") + " concurrency=4");
        ApiKeys keys = keys(List.of(), file);

        Files.writeString(file, "lab:" + hash("lab") + " concurrency=7");

        Await.until(
                "the new setting counts",
                () -> keys.settings(new Caller("lab")).concurrency().equals(OptionalInt.of(7)));
        keys.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    concurrency=0 | has '0' for 'concurrency', which takes a whole number from 1 on
                    tokens-per-minute=many | has 'many' for 'tokens-per-minute', which takes a whole number from 1 to 60000000000
                    tokens-per-minute=100000000000 | has '100000000000' for 'tokens-per-minute', which takes a whole
                    requests-per-minute=60000000001 | has '60000000001' for 'requests-per-minute', which takes a whole
                    priority=101 | has '101' for 'priority', which takes a whole number from 1 to 100
                    concurency=4 | has the setting 'concurency', which nobody knows: there are concurrency, models, priority,
                    concurrency=4 concurrency=5 | has the setting 'concurrency' twice
                    models=a,,b | has 'a,,b' for 'models', which takes names parted by commas
                    sk-2b7Qz | has something behind its digest that is no setting such as 'concurrency=4'
                    sk-2b7Qz=x | has something behind its digest that is no setting such as 'concurrency=4'
                    """)
    void aBadSettingIsOneSentence(String settings, String sentence) throws IOException {
        Path file = file("a:" + hash("a"), "b:" + hash("b") + " " + settings);

        assertThatThrownBy(() -> keys(List.of(), file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("The API key file cannot be used: line 2 of the API key file " + sentence)
                .hasMessageNotContainingAny("2b7Qz", hash("b"));
    }

    @Test
    void aMissingFileStopsTheStart() {
        assertThatThrownBy(() -> keys(List.of(), directory.resolve("none")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("none cannot be read");
    }

    private static boolean accepts(ApiKeys keys, String key) {
        try {
            keys.authenticate("Bearer " + key);
            return true;
        } catch (ServingException e) {
            return false;
        }
    }

    private Path file(String... lines) throws IOException {
        return Files.write(directory.resolve("keys"), List.of(lines));
    }

    private static String hash(String key) {
        return HexFormat.of().formatHex(ApiKey.digest(key).toByteArray());
    }

    private static ApiKeys keys(List<String> given, @Nullable Path file) {
        return new ApiKeys(
                new AuthConfig() {
                    @Override
                    public Optional<List<String>> apiKeys() {
                        return given.isEmpty() ? Optional.empty() : Optional.of(given);
                    }

                    @Override
                    public Optional<Path> apiKeyFile() {
                        return Optional.ofNullable(file);
                    }
                },
                LOOK_INTERVAL);
    }
}
