package ai.autoglm.gateway.auth;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads hashed keys, one `name:sha256` in each line, with settings behind it where there are any; empty lines and
/// those that begin with `#` are skipped.
final class ApiKeyFile {
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9._-]{1,64}):([0-9A-Fa-f]{64})(\\s.*)?");

    private ApiKeyFile() {}

    /// @throws ServingException INVALID_CONFIGURATION with the number of the line, but never its content
    static List<ApiKey> parse(String text) {
        List<ApiKey> keys = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw invalid(
                        i,
                        "is not a name and a SHA-256 in hexadecimal digits, as in 'phone-lab:9f86d0…', with"
                                + " or without settings behind them");
            }
            if (!names.add(matcher.group(1))) {
                throw invalid(i, "has the name of an earlier line");
            }
            ByteString sha256 = ByteString.copyFrom(HexFormat.of().parseHex(matcher.group(2)));
            keys.add(new ApiKey(new Caller(matcher.group(1)), sha256, settings(i, matcher.group(3))));
        }
        return List.copyOf(keys);
    }

    private static KeySettings settings(int index, @Nullable String words) {
        try {
            return words == null ? KeySettings.NONE : KeySettingsReader.read(words);
        } catch (ServingException e) {
            throw invalid(index, e.message());
        }
    }

    private static ServingException invalid(int index, String what) {
        return new ServingException(
                ErrorCode.INVALID_CONFIGURATION, "line " + (index + 1) + " of the API key file " + what + ".");
    }
}
