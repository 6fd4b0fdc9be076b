package ai.autoglm.toolkit.grammar;

/// Collects the tokens that lead on from a position: one walk through the vocabulary's trie, which turns back where no
/// member goes on.
final class TokenWalk {
    private final Vocabulary vocabulary;
    private final Positions positions;
    private final int maxDistance;
    private final Position[] path; // [bytes read]
    private final long[] words; // [id / 64]
    private int farthest = -1;

    /// @param maxDistance tokens that lead farther from a member are left out
    TokenWalk(Vocabulary vocabulary, Positions positions, int maxDistance) {
        this.vocabulary = vocabulary;
        this.positions = positions;
        this.maxDistance = maxDistance;
        path = new Position[vocabulary.maxDepth() + 1];
        words = new long[TokenMask.wordCount(vocabulary.size())];
    }

    /// Collects all tokens that lead on from a position.
    void from(Position start) {
        path[0] = start;
        walk(0, vocabulary.nodeCount());
    }

    /// Collects those that begin with the bytes of a node, which lead to a position.
    void fromNode(int node, Position reached) {
        arrive(node, reached);
        walk(node + 1, vocabulary.subtreeEnd(node));
    }

    private void walk(int first, int end) {
        int node = first;
        while (node < end) {
            Position next = positions.next(path[vocabulary.nodeDepth(node) - 1], vocabulary.nodeByte(node));
            if (next.isDead()) {
                node = vocabulary.subtreeEnd(node);
            } else {
                arrive(node, next);
                node++;
            }
        }
    }

    private void arrive(int node, Position position) {
        path[vocabulary.nodeDepth(node)] = position;
        if (vocabulary.endsTokens(node)) {
            add(node, position.distance());
        }
    }

    /// Adds the tokens that lead to a node.
    ///
    /// @param distance from there to a member
    void add(int node, int distance) {
        if (distance <= maxDistance) {
            farthest = Math.max(farthest, distance);
            vocabulary.addTokens(node, words);
        }
    }

    /// Adds tokens that all lead to the same distance.
    void add(long[] tokens, int distance) {
        if (distance <= maxDistance) {
            farthest = Math.max(farthest, distance);
            for (int index = 0; index < words.length; index++) {
                words[index] |= tokens[index];
            }
        }
    }

    TokenMask mask() {
        return new TokenMask(words, vocabulary.size(), farthest);
    }
}
