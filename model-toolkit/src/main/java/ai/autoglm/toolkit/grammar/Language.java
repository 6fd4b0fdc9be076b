package ai.autoglm.toolkit.grammar;

import org.jspecify.annotations.Nullable;

/// A compiled language over the tokens of one vocabulary. What it has worked out it remembers, within bounds, for all
/// texts. Safe for concurrent callers.
///
/// Each position that is reached by [#advance] can be completed: by [Position#distance] tokens of one byte each, and
/// [#tokens] never leads to any other.
public final class Language {
    private static final int MAX_MASK_BYTES = 4 << 20;

    private final Vocabulary vocabulary;
    private final Positions positions;
    private final int maxMasks;
    private @Nullable Position start;
    private int maskCount;

    Language(Network network, Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        positions = new Positions(network);
        maxMasks = Math.max(16, MAX_MASK_BYTES / (TokenMask.wordCount(vocabulary.size()) * Long.BYTES + 1));
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /// Where the empty text stands.
    public synchronized Position start() {
        if (start == null) {
            start = positions.start();
        }
        return start;
    }

    /// Where a text stands with one token more.
    ///
    /// @param tokenId one that [#tokens] allows there
    /// @throws IllegalArgumentException when the language has no text that goes on so
    public synchronized Position advance(Position position, int tokenId) {
        Position next = position;
        byte[] bytes = vocabulary.bytesOf(tokenId);
        for (int index = 0; index < bytes.length && !next.isDead(); index++) {
            next = positions.next(next, Byte.toUnsignedInt(bytes[index]));
        }
        if (bytes.length == 0 || next.isDead()) {
            throw new IllegalArgumentException("Token " + tokenId + " is not allowed here");
        }
        return next;
    }

    /// The tokens that a text may go on with.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException INVALID_VALUE when the text can be read in too many ways
    public synchronized TokenMask tokens(Position position) {
        TokenMask known = position.mask();
        if (known != null) {
            return known;
        }
        if (positions.isFull() || maskCount >= maxMasks) {
            positions.forget();
            start = null;
            maskCount = 0;
        }
        TokenMask mask = walk(position, Distances.INFINITE - 1);
        position.rememberMask(mask);
        maskCount++;
        return mask;
    }

    /// Those of [#tokens] from which no more than `maxDistance` bytes lead to a member.
    public synchronized TokenMask tokensWithin(Position position, int maxDistance) {
        TokenMask all = tokens(position);
        return all.maxDistance() <= maxDistance ? all : walk(position, maxDistance);
    }

    private TokenMask walk(Position position, int maxDistance) {
        long[] words = new long[TokenMask.wordCount(vocabulary.size())];
        Position[] path = new Position[vocabulary.maxDepth() + 1]; // [bytes read]
        path[0] = position;
        int farthest = -1;
        int node = 0;
        while (node < vocabulary.nodeCount()) {
            int depth = vocabulary.nodeDepth(node);
            Position next = positions.next(path[depth - 1], vocabulary.nodeByte(node));
            if (next.isDead()) {
                node = vocabulary.subtreeEnd(node);
                continue;
            }
            path[depth] = next;
            int first = vocabulary.tokensStart(node);
            int end = vocabulary.tokensEnd(node);
            if (first < end && next.distance() <= maxDistance) {
                farthest = Math.max(farthest, next.distance());
                for (int index = first; index < end; index++) {
                    int id = vocabulary.token(index);
                    words[id >> 6] |= 1L << id;
                }
            }
            node++;
        }
        return new TokenMask(words, vocabulary.size(), farthest);
    }
}
