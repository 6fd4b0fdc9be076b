package ai.autoglm.gateway.text;

import ai.autoglm.gateway.text.TokenText.Share;
import ai.autoglm.toolkit.tokenizer.Detokenizer;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns token ids into text and finds the tags in it. A tag that has a token of its own is that token and nothing
/// else, however a text may spell it; one that has none is found by its letters, over as many tokens as they take.
final class TagScanner {
    private final Tokenizer tokenizer;
    private final Detokenizer detokenizer;
    private final Set<Integer> silentIds;
    private final boolean showsSpecial;
    private final Map<Integer, Tag> tagsById = new HashMap<>();
    private final Map<String, Tag> tagsByText = new HashMap<>();
    private final List<GeneratedToken> incomplete = new ArrayList<>(); // tokens with a part of a code point
    private @Nullable GeneratedToken last;
    private TokenText held = TokenText.EMPTY;

    /// @param silentIds end-of-sequence ids, whose text is not shown
    /// @param showsSpecial whether their text, and that of control tokens, is shown like any other
    TagScanner(Tokenizer tokenizer, Set<Integer> silentIds, boolean showsSpecial) {
        this.tokenizer = tokenizer;
        this.detokenizer = new Detokenizer(tokenizer, showsSpecial);
        this.silentIds = silentIds;
        this.showsSpecial = showsSpecial;
        for (Tag tag : EnumSet.allOf(Tag.class)) {
            tokenizer
                    .idOf(tag.text())
                    .ifPresentOrElse(id -> tagsById.put(id, tag), () -> tagsByText.put(tag.text(), tag));
        }
    }

    List<Fragment> append(GeneratedToken token) {
        if (isSilent(token.id()) || (tokenizer.isSpecial(token.id()) && !showsSpecial)) {
            Tag silent = tagsById.get(token.id());
            return silent == null ? List.of() : tag(silent, TokenText.EMPTY);
        }
        String text = detokenizer.append(token.id());
        Tag tag = tagsById.get(token.id());
        if (tag == null) {
            return scan(written(text, token));
        }
        // Bytes that waited for the rest of a code point come out before the tag.
        TokenText before =
                writtenByIncomplete(text.substring(0, text.length() - tag.text().length()));
        List<Fragment> fragments = scan(before);
        fragments.addAll(tag(
                tag,
                new TokenText(tag.text(), List.of(new Share(token, tag.text().length())))));
        return fragments;
    }

    /// As [#append], but tags are text like any other.
    List<Fragment> appendVerbatim(GeneratedToken token) {
        String text = detokenizer.append(token.id());
        TokenText own = isSilent(token.id()) ? TokenText.EMPTY : written(text, token);
        return own.length() == 0 ? List.of() : List.of(new Fragment(null, own));
    }

    private boolean isSilent(int id) {
        return silentIds.contains(id) && !showsSpecial;
    }

    List<Fragment> finish() {
        List<Fragment> fragments = scan(writtenByIncomplete(detokenizer.finish()));
        releaseInto(fragments, held.length());
        return fragments;
    }

    private List<Fragment> tag(Tag tag, TokenText own) {
        List<Fragment> fragments = new ArrayList<>();
        releaseInto(fragments, held.length());
        fragments.add(new Fragment(tag, own));
        return fragments;
    }

    private TokenText written(String text, GeneratedToken token) {
        incomplete.add(token);
        last = token;
        return writtenByIncomplete(text);
    }

    private TokenText writtenByIncomplete(String text) {
        if (text.isEmpty()) {
            return TokenText.EMPTY;
        }
        if (incomplete.isEmpty() && last != null) {
            // The last token wrote the end of one code point and the beginning of another: its log probability is told.
            incomplete.add(new GeneratedToken(last.id()));
        }
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < incomplete.size(); i++) {
            shares.add(new Share(incomplete.get(i), i == incomplete.size() - 1 ? text.length() : 0));
        }
        incomplete.clear();
        return new TokenText(text, shares);
    }

    private List<Fragment> scan(TokenText text) {
        held = held.plus(text);
        List<Fragment> fragments = new ArrayList<>();
        Optional<TextMatch> match = TextMatch.first(held.text(), tagsByText.keySet());
        while (match.isPresent()) {
            TextMatch tag = match.get();
            releaseInto(fragments, tag.start());
            fragments.add(new Fragment(
                    tagsByText.get(tag.text()), held.head(tag.text().length())));
            held = held.tail(tag.text().length());
            match = TextMatch.first(held.text(), tagsByText.keySet());
        }
        int open = TextMatch.openLength(held.text(), tagsByText.keySet());
        releaseInto(fragments, held.wholeTokens(held.length() - open));
        return fragments;
    }

    private void releaseInto(List<Fragment> fragments, int length) {
        if (length > 0) {
            fragments.add(new Fragment(null, held.head(length)));
            held = held.tail(length);
        }
    }
}
