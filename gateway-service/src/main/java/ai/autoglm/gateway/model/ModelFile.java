package ai.autoglm.gateway.model;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads which bundles are served: in each line a served name, a weight and a directory. Empty lines and those
/// that begin with `#` are skipped.
final class ModelFile {
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\d{1,3})\\s+(\\S.*)");

    private ModelFile() {}

    /// @throws ServingException INVALID_CONFIGURATION with the number of the line
    static List<ModelEntry> parse(String text) {
        List<ModelEntry> entries = new ArrayList<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isEmpty() && !lines.get(i).startsWith("#")) {
                ModelEntry entry = entry(lines.get(i), i + 1);
                requireNew(entry, entries, i + 1);
                entries.add(entry);
            }
        }
        if (entries.isEmpty()) {
            throw new ServingException(ErrorCode.INVALID_CONFIGURATION, "the model file names no bundle.");
        }
        return List.copyOf(entries);
    }

    private static ModelEntry entry(String line, int number) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > ModelEntry.MAX_WEIGHT) {
            throw invalid(
                    number,
                    "is not a name, a weight from 0 to 100 and a directory, as in 'autoglm-phone-9b 100 /bundles/2026-11'");
        }
        return new ModelEntry(matcher.group(1), Integer.parseInt(matcher.group(2)), Path.of(matcher.group(3)));
    }

    private static void requireNew(ModelEntry entry, List<ModelEntry> before, int number) {
        boolean known = before.stream()
                .anyMatch(other -> other.servedName().equals(entry.servedName())
                        && other.directory().equals(entry.directory()));
        if (known) {
            throw invalid(number, "names the bundle of an earlier line");
        }
    }

    private static ServingException invalid(int number, String what) {
        return new ServingException(
                ErrorCode.INVALID_CONFIGURATION, "line " + number + " of the model file " + what + ".");
    }
}
