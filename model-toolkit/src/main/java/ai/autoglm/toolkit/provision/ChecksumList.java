package ai.autoglm.toolkit.provision;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files of a folder, as `sha256sum` lists them: digest, two spaces (or one and a star), path.
record ChecksumList(List<Entry> entries) {
    static final String FILE_NAME = "SHA256SUMS";

    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](.+)");

    /// @param path relative, within the folder
    record Entry(String sha256, Path path) {}

    ChecksumList {
        entries = List.copyOf(entries);
    }

    /// @throws ServingException INVALID_CONFIGURATION for a line that is none of such a list, or that leads out of the
    /// folder
    static ChecksumList parse(String text) {
        List<Entry> entries = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new ServingException(
                        ErrorCode.INVALID_CONFIGURATION,
                        FILE_NAME + " has the line '" + line + "', which is none that sha256sum writes.");
            }
            Path path = Path.of(matcher.group(2)).normalize();
            if (path.isAbsolute() || path.startsWith("..") || path.toString().isEmpty()) {
                throw new ServingException(
                        ErrorCode.INVALID_CONFIGURATION,
                        FILE_NAME + " names " + matcher.group(2) + ", which is outside its folder.");
            }
            entries.add(new Entry(matcher.group(1), path));
        }
        return new ChecksumList(entries);
    }
}
