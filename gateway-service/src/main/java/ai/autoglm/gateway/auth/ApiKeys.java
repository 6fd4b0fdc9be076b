package ai.autoglm.gateway.auth;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.file.WatchedFiles;
import com.google.protobuf.ByteString;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Who may use the endpoint: keys given one by one, and those of a file that may change at any time.
/// Keys are kept and compared as digests, in constant time over all of them. Source: API.md 6.5.
@Startup
@Singleton
public final class ApiKeys {
    /// 128 bits in base64 without padding.
    private static final int MIN_LENGTH = 22;

    private static final Logger LOG = Logger.getLogger(ApiKeys.class);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);
    private static final String SCHEME = "Bearer ";

    private final List<ApiKey> given;
    private final @Nullable WatchedFiles file;
    private volatile List<ApiKey> keys;

    /// @throws ConfigurationException with one sentence, which is all that a failed start-up prints
    @Inject
    public ApiKeys(AuthConfig config) {
        this(config, LOOK_INTERVAL);
    }

    ApiKeys(AuthConfig config, Duration lookInterval) {
        this.given = given(config.apiKeys().orElse(List.of()));
        this.keys = given;
        Path path = config.apiKeyFile().orElse(null);
        try {
            this.file = path == null ? null : WatchedFiles.open(List.of(path), lookInterval, this::read);
        } catch (ServingException e) {
            throw new ConfigurationException("The API key file cannot be used: " + e.message());
        }
    }

    /// Whose key it is.
    ///
    /// @param authorization value of the header of that name
    /// @throws ServingException INVALID_API_KEY unless it carries one of the keys, or no keys are configured
    public Caller authenticate(@Nullable String authorization) {
        if (given.isEmpty() && file == null) {
            return Caller.ANYONE;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new ServingException(
                    ErrorCode.INVALID_API_KEY,
                    "No API key was given: send it in the header 'Authorization: Bearer <key>'.");
        }
        ByteString sha256 =
                ApiKey.digest(authorization.substring(SCHEME.length()).strip());
        Caller owner = owner(keys, sha256);
        if (owner == null) {
            throw new ServingException(ErrorCode.INVALID_API_KEY, "The API key is not valid.");
        }
        return owner;
    }

    /// Looks at every key, so that time does not tell which one matched.
    static @Nullable Caller owner(Iterable<ApiKey> keys, ByteString sha256) {
        Caller owner = null;
        for (ApiKey key : keys) {
            if (key.matches(sha256)) {
                owner = key.owner();
            }
        }
        return owner;
    }

    /// What is said of a caller; of one whose key is no more, as of any.
    public KeySettings settings(Caller caller) {
        for (ApiKey key : keys) {
            if (key.owner().equals(caller)) {
                return key.settings();
            }
        }
        return KeySettings.NONE;
    }

    @PreDestroy
    void close() {
        if (file != null) {
            file.close();
        }
    }

    private void read(List<byte[]> contents) {
        List<ApiKey> all = new ArrayList<>(given);
        all.addAll(ApiKeyFile.parse(new String(contents.getFirst(), StandardCharsets.UTF_8)));
        keys = List.copyOf(all);
        LOG.infof("%d API keys are valid.", all.size());
    }

    private static List<ApiKey> given(List<String> texts) {
        List<ApiKey> keys = new ArrayList<>();
        for (String text : texts) {
            String name = "key-" + (keys.size() + 1);
            if (text.length() < MIN_LENGTH) {
                LOG.warnf(
                        "API key %d has %d characters and can be guessed: 'autoglm key' makes one of 128 bits and more.",
                        keys.size() + 1, text.length());
            }
            keys.add(ApiKey.of(name, text));
        }
        return List.copyOf(keys);
    }
}
