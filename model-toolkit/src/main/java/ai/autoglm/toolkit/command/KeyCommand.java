package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description = {
            "Makes an API key.",
            "Prints the key, which its user gets and nobody keeps, and its line for the server's --api-key-file."
        })
final class KeyCommand implements Callable<Integer> {
    /// Characters of a key of 128 bits.
    static final int MIN_LENGTH = 22;

    private static final int RANDOM_BYTES = 32;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "<name>",
            defaultValue = "key",
            description = "Whose key it is, for logs and limits. Default: ${DEFAULT-VALUE}.")
    private String name;

    @Override
    public Integer call() {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The name of a key has 1 to 64 of the characters A-Z, a-z, 0-9, '.', '_' and '-'.");
        }
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String key = "sk-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        PrintWriter out = spec.commandLine().getOut();
        out.println("key:  " + key);
        out.println("line: " + name + ":" + sha256(key));
        return 0;
    }

    private static String sha256(String key) {
        return HexFormat.of().formatHex(Sha256.begin().digest(key.getBytes(StandardCharsets.UTF_8)));
    }
}
