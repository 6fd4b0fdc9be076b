package ai.autoglm.toolkit.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Cuts long text at places where the tokenizer begins a new word in any case, so that the pieces have the tokens of
/// the whole. There are such places only for the ways of splitting that are known here:
///
/// * in front of a space that follows anything but white space;
/// * behind an ASCII letter or a Chinese character, in front of a digit, a line feed or a mark.
///
/// None of them may lie within an added token.
final class TextPieces {
    /// Pieces are hardly longer where the text is of words.
    static final int LENGTH = 32 * 1024;

    /// Those of GLM and Llama, without how many digits stand together.
    private static final String WORDS =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+"
                    + "|\\s+(?!\\S)|\\s+";

    private static final Set<String> KNOWN_SPLITS = Set.of(WORDS, WORDS.replace("\\p{N}| ", "\\p{N}{1,3}| "));
    private static final String AFTER_LETTERS = "0123456789\n,.;:+/=，。、！？：；";
    private static final char FIRST_CHINESE = '\u4E00';
    private static final char LAST_CHINESE = '\u9FA5';
    private static final char NEXT_LINE = '\u0085';

    private final boolean cuts;

    private TextPieces(boolean cuts) {
        this.cuts = cuts;
    }

    /// @param tokenizerJson the tokenizer's file
    static TextPieces of(JsonNode tokenizerJson) {
        return new TextPieces(isAbsent(tokenizerJson.path("normalizer"))
                && splitsAsKnown(tokenizerJson.path("pre_tokenizer"))
                && addedTokensStayWhole(tokenizerJson.path("added_tokens")));
    }

    /// The text in pieces.
    List<String> of(String text) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        while (text.length() - start > LENGTH && cuts) {
            int end = cutAfter(text, start + LENGTH);
            pieces.add(text.substring(start, end));
            start = end;
        }
        if (start < text.length() || pieces.isEmpty()) {
            pieces.add(text.substring(start));
        }
        return pieces;
    }

    private static int cutAfter(String text, int index) {
        int cut = index;
        while (cut < text.length() && !isCut(text.charAt(cut - 1), text.charAt(cut))) {
            cut++;
        }
        return cut;
    }

    private static boolean isCut(char left, char right) {
        if (right == ' ') {
            return !Character.isWhitespace(left) && !Character.isSpaceChar(left) && left != NEXT_LINE;
        }
        boolean endsWord = isAsciiLetter(left) || (left >= FIRST_CHINESE && left <= LAST_CHINESE);
        return endsWord && AFTER_LETTERS.indexOf(right) >= 0;
    }

    private static boolean isAsciiLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean splitsAsKnown(JsonNode preTokenizer) {
        List<JsonNode> steps = new ArrayList<>();
        if (preTokenizer.path("type").asText().equals("Sequence")) {
            preTokenizer.path("pretokenizers").forEach(steps::add);
        } else {
            steps.add(preTokenizer);
        }
        return steps.stream().allMatch(TextPieces::isKnown)
                && steps.stream()
                        .anyMatch(step ->
                                !isByteLevel(step) || step.path("use_regex").asBoolean(true));
    }

    private static boolean isKnown(JsonNode step) {
        return switch (step.path("type").asText()) {
            case "Split" ->
                step.path("behavior").asText().equals("Isolated")
                        && !step.path("invert").asBoolean()
                        && KNOWN_SPLITS.contains(
                                step.path("pattern").path("Regex").asText());
            case "ByteLevel" -> !step.path("add_prefix_space").asBoolean(true);
            default -> false;
        };
    }

    private static boolean isByteLevel(JsonNode step) {
        return step.path("type").asText().equals("ByteLevel");
    }

    private static boolean addedTokensStayWhole(JsonNode addedTokens) {
        for (JsonNode token : addedTokens) {
            if (token.path("special").asBoolean()) {
                continue; // No text spells one.
            }
            String content = token.path("content").asText();
            boolean reachesOut = token.path("single_word").asBoolean()
                    || token.path("lstrip").asBoolean()
                    || token.path("rstrip").asBoolean();
            if (reachesOut || (content.length() > 1 && cutAfter(content, 1) < content.length())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
