package ai.autoglm.gateway.auth;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Reads what stands behind a key's digest, such as `concurrency=4 models=autoglm-phone-9b,phone`.
final class KeySettingsReader {
    private static final Set<String> NAMES =
            new TreeSet<>(Set.of("concurrency", "requests-per-minute", "tokens-per-minute", "priority", "models"));

    private static final Pattern LIKE_A_NAME = Pattern.compile("[a-z-]{3,30}");

    private final Map<String, String> values = new TreeMap<>();

    private KeySettingsReader() {}

    /// @param words parted by white space
    /// @throws ServingException INVALID_CONFIGURATION with what is wrong, to follow "line 3 of the API key file"
    static KeySettings read(String words) {
        KeySettingsReader reader = new KeySettingsReader();
        for (String word : words.strip().split("\\s+", -1)) {
            if (!word.isEmpty()) {
                reader.add(word);
            }
        }
        return reader.settings();
    }

    private void add(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? "" : word.substring(0, equals);
        if (!LIKE_A_NAME.matcher(name).matches()) {
            // It may be a key that was put here by mistake: it is not shown.
            throw invalid("has something behind its digest that is no setting such as 'concurrency=4'");
        }
        if (!NAMES.contains(name)) {
            throw invalid("has the setting '" + name + "', which nobody knows: there are " + String.join(", ", NAMES));
        }
        if (values.put(name, word.substring(equals + 1)) != null) {
            throw invalid("has the setting '" + name + "' twice");
        }
    }

    private KeySettings settings() {
        Optional<Long> concurrency = number("concurrency", Integer.MAX_VALUE);
        return new KeySettings(
                concurrency.map(count -> OptionalInt.of(count.intValue())).orElse(OptionalInt.empty()),
                number("requests-per-minute", KeySettings.MAX_PER_MINUTE)
                        .map(OptionalLong::of)
                        .orElse(OptionalLong.empty()),
                number("tokens-per-minute", KeySettings.MAX_PER_MINUTE)
                        .map(OptionalLong::of)
                        .orElse(OptionalLong.empty()),
                number("priority", KeySettings.MAX_PRIORITY).map(Long::intValue).orElse(KeySettings.DEFAULT_PRIORITY),
                models());
    }

    private Optional<Long> number(String name, long max) {
        String value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        try {
            long number = Long.parseLong(value);
            if (number >= 1 && number <= max) {
                return Optional.of(number);
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        String range = "a whole number from 1 " + (max == Integer.MAX_VALUE ? "on" : "to " + max);
        throw invalid("has '" + value + "' for '" + name + "', which takes " + range);
    }

    private Set<String> models() {
        Set<String> models = new HashSet<>();
        String value = values.get("models");
        if (value != null) {
            for (String model : value.split(",", -1)) {
                if (model.isEmpty()) {
                    throw invalid("has '" + value + "' for 'models', which takes names parted by commas");
                }
                models.add(model);
            }
        }
        return models;
    }

    private static ServingException invalid(String what) {
        return new ServingException(ErrorCode.INVALID_CONFIGURATION, what);
    }
}
