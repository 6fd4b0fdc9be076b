package ai.autoglm.toolkit.tokenizer;

import java.util.List;
import java.util.Random;

/// Draws short texts of many scripts, with blanks and newlines where tokenizers treat them specially.
public final class RandomText {
    private static final List<String> WORDS = List.of(
            "\n",
            "\n\n",
            " ",
            "  ",
            "\t",
            "\r\n",
            "a",
            "Describe",
            " the screen",
            "点击",
            "播放按钮",
            "😀",
            "👩‍👩‍👧",
            "é",
            "e\u0301",
            "123",
            "7加8",
            "don't",
            "<",
            "|",
            "<|",
            "|>",
            "[gMASK",
            "{{7*7}}",
            "{% raw %}",
            "\uE000",
            "\u00A0",
            "，",
            "。\n");

    private RandomText() {}

    public static String next(Random random) {
        StringBuilder text = new StringBuilder();
        int words = random.nextInt(12);
        for (int i = 0; i < words; i++) {
            text.append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.toString();
    }
}
