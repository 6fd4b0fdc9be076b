package ai.autoglm.gateway.text;

import ai.autoglm.toolkit.tokenizer.Detokenizer;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Turns token ids into text and finds the tags in it. A tag that has a token of its own is that token and nothing
/// else, however a text may spell it; one that has none is found by its letters, over as many tokens as they take.
final class TagScanner {
    private final Detokenizer detokenizer;
    private final Set<Integer> silentIds;
    private final Map<Integer, Tag> tagsById = new HashMap<>();
    private final Map<String, Tag> tagsByText = new HashMap<>();
    private final StringBuilder held = new StringBuilder();

    /// @param silentIds end-of-sequence ids, whose text is never shown
    TagScanner(Tokenizer tokenizer, Set<Integer> silentIds) {
        this.detokenizer = new Detokenizer(tokenizer);
        this.silentIds = silentIds;
        for (Tag tag : EnumSet.allOf(Tag.class)) {
            tokenizer
                    .idOf(tag.text())
                    .ifPresentOrElse(id -> tagsById.put(id, tag), () -> tagsByText.put(tag.text(), tag));
        }
    }

    List<Fragment> append(int tokenId) {
        String text = silentIds.contains(tokenId) ? "" : detokenizer.append(tokenId);
        Tag tag = tagsById.get(tokenId);
        if (tag == null) {
            return scan(text);
        }
        // Bytes that waited for the rest of a code point come out before the tag.
        String own = text.endsWith(tag.text()) ? tag.text() : "";
        List<Fragment> fragments = scan(text.substring(0, text.length() - own.length()));
        releaseInto(fragments, held.length());
        fragments.add(new Fragment(tag, own));
        return fragments;
    }

    List<Fragment> finish() {
        List<Fragment> fragments = scan(detokenizer.finish());
        releaseInto(fragments, held.length());
        return fragments;
    }

    private List<Fragment> scan(String text) {
        held.append(text);
        List<Fragment> fragments = new ArrayList<>();
        Optional<TextMatch> match = TextMatch.first(held, tagsByText.keySet());
        while (match.isPresent()) {
            TextMatch tag = match.get();
            releaseInto(fragments, tag.start());
            fragments.add(new Fragment(tagsByText.get(tag.text()), tag.text()));
            held.delete(0, tag.text().length());
            match = TextMatch.first(held, tagsByText.keySet());
        }
        releaseInto(fragments, held.length() - TextMatch.openLength(held, tagsByText.keySet()));
        return fragments;
    }

    private void releaseInto(List<Fragment> fragments, int length) {
        if (length > 0) {
            fragments.add(new Fragment(null, held.substring(0, length)));
            held.delete(0, length);
        }
    }
}
