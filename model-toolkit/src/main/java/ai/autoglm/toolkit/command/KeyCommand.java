package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description = {
            "Makes an API key.",
            "Prints the key, which its user gets and nobody keeps, and its line for the server's --api-key-file.",
            "Limits stand in that line and can be changed there at any time. Those that are not given are the server's."
        })
final class KeyCommand implements Callable<Integer> {
    /// Characters of a key of 128 bits.
    static final int MIN_LENGTH = 22;

    private static final int RANDOM_BYTES = 32;
    private static final int MAX_PRIORITY = 100;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "<name>",
            defaultValue = "key",
            description = "Whose key it is, for logs and limits. Default: ${DEFAULT-VALUE}.")
    private String name;

    @Option(names = "--concurrency", paramLabel = "<count>", description = "Answers worked on at once.")
    private @Nullable Integer concurrency;

    @Option(names = "--requests-per-minute", paramLabel = "<count>", description = "Requests in a minute.")
    private @Nullable Long requestsPerMinute;

    @Option(
            names = "--tokens-per-minute",
            paramLabel = "<count>",
            description = "Tokens of prompts and answers in a minute.")
    private @Nullable Long tokensPerMinute;

    @Option(
            names = "--priority",
            paramLabel = "<1-100>",
            description = "How much of a decoder the key gets beside others that wait: twice the number, twice as much."
                    + " Without it 10.")
    private @Nullable Integer priority;

    @Option(
            names = "--models",
            split = ",",
            paramLabel = "<name>",
            description = "Models that the key may use, separated by commas. Without it all.")
    private @Nullable List<String> models;

    @Override
    public Integer call() {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw invalid("The name of a key has 1 to 64 of the characters A-Z, a-z, 0-9, '.', '_' and '-'.");
        }
        String settings = settings();
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String key = "sk-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        PrintWriter out = spec.commandLine().getOut();
        out.println("key:  " + key);
        out.println("line: " + name + ":" + sha256(key) + settings);
        return 0;
    }

    /// As the server reads them behind the key's digest.
    private String settings() {
        StringBuilder settings = new StringBuilder();
        append(settings, "concurrency", atLeastOne("--concurrency", concurrency));
        append(settings, "requests-per-minute", atLeastOne("--requests-per-minute", requestsPerMinute));
        append(settings, "tokens-per-minute", atLeastOne("--tokens-per-minute", tokensPerMinute));
        if (priority != null && priority > MAX_PRIORITY) {
            throw invalid("--priority takes a number from 1 to " + MAX_PRIORITY + ", not " + priority + ".");
        }
        append(settings, "priority", atLeastOne("--priority", priority));
        if (models != null) {
            for (String model : models) {
                if (!model.matches("[^\\s,#=]+")) {
                    throw invalid("--models takes names of models separated by commas, not '" + model + "'.");
                }
            }
            append(settings, "models", String.join(",", models));
        }
        return settings.toString();
    }

    private static void append(StringBuilder settings, String name, @Nullable Object value) {
        if (value != null) {
            settings.append(' ').append(name).append('=').append(value);
        }
    }

    private static @Nullable Number atLeastOne(String option, @Nullable Number value) {
        if (value != null && value.longValue() < 1) {
            throw invalid(option + " takes a number from 1 on, not " + value + ".");
        }
        return value;
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorCode.INVALID_CONFIGURATION, message);
    }

    private static String sha256(String key) {
        return HexFormat.of().formatHex(Sha256.begin().digest(key.getBytes(StandardCharsets.UTF_8)));
    }
}
