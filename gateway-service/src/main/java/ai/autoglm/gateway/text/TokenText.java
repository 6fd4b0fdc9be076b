package ai.autoglm.gateway.text;

import java.util.ArrayList;
import java.util.List;

/// Generated text that knows which token wrote which part of it. Of the tokens that share a character the last one has
/// it, the others have a share of length 0 before it.
///
/// @param shares whose lengths add up to that of the text
record TokenText(String text, List<Share> shares) {
    static final TokenText EMPTY = new TokenText("", List.of());

    /// @param length of the part, in chars
    record Share(GeneratedToken token, int length) {}

    TokenText {
        shares = List.copyOf(shares);
    }

    int length() {
        return text.length();
    }

    TokenText plus(TokenText more) {
        if (text.isEmpty()) {
            return more;
        }
        if (more.text.isEmpty()) {
            return this;
        }
        List<Share> all = new ArrayList<>(shares);
        all.addAll(more.shares);
        return new TokenText(text + more.text, all);
    }

    TokenText head(int length) {
        List<Share> taken = new ArrayList<>();
        int left = length;
        for (int i = 0; left > 0; i++) {
            Share share = shares.get(i);
            int part = Math.min(left, share.length);
            taken.add(new Share(share.token, part));
            left -= part;
        }
        return new TokenText(text.substring(0, length), taken);
    }

    TokenText tail(int from) {
        List<Share> left = new ArrayList<>();
        int skipped = 0;
        for (Share share : shares) {
            int part = Math.min(from - skipped, share.length);
            skipped += part;
            if (part < share.length || (skipped == from && part == 0)) {
                left.add(new Share(share.token, share.length - part));
            }
        }
        return new TokenText(text.substring(from), left);
    }

    /// The longest part, up to this length, that cuts no token whose log probability is wanted: that can only be told
    /// once.
    int wholeTokens(int length) {
        int end = 0;
        for (Share share : shares) {
            if (end + share.length > length) {
                return share.token.logprob() == null ? length : end;
            }
            end += share.length;
        }
        return end;
    }

    /// The text without whitespace at its end.
    TokenText stripTrailing() {
        return head(text.stripTrailing().length());
    }

    /// The text without whitespace at its beginning.
    TokenText stripLeading() {
        return tail(text.length() - text.stripLeading().length());
    }
}
