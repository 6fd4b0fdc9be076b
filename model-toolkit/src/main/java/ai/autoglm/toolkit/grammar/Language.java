package ai.autoglm.toolkit.grammar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A compiled language over the tokens of one vocabulary. What it has worked out it remembers, within bounds, for all
/// texts. Safe for concurrent callers.
///
/// Each position that is reached by [#advance] can be completed: by [Position#distance] tokens of one byte each, and
/// [#tokens] never leads to any other.
public final class Language {
    private static final int MAX_MASK_BYTES = 4 << 20;
    private static final int MAX_WIDE_STATES = 16;
    private static final int WIDE_STATE_FRACTION = 100;

    private final Vocabulary vocabulary;
    private final Network network;
    private final Positions positions;
    private final PlainRuns plainRuns;
    private final Map<Integer, LocalTokens> localTokens = new HashMap<>(); // by state
    private final Deque<LocalTokens> wide = new ArrayDeque<>(); // those that are remembered, the newest first
    private final int maxMasks;
    private @Nullable Position start;
    private int maskCount;

    Language(Network network, Vocabulary vocabulary) {
        this.network = network;
        this.vocabulary = vocabulary;
        positions = new Positions(network);
        plainRuns = new PlainRuns(network);
        maxMasks = Math.max(16, MAX_MASK_BYTES / (TokenMask.wordCount(vocabulary.size()) * Long.BYTES + 1));
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /// Where the empty text stands.
    public synchronized Position start() {
        if (start == null) {
            positions.beginQuestion();
            start = positions.start();
        }
        return start;
    }

    /// Where a text stands with one token more.
    ///
    /// @param tokenId one that [#tokens] allows there
    /// @throws IllegalArgumentException when the language has no text that goes on so
    /// @throws ai.autoglm.toolkit.error.ServingException INVALID_VALUE when the text can be read in too many ways
    public synchronized Position advance(Position position, int tokenId) {
        positions.beginQuestion();
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
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException INVALID_VALUE when the text can be read in too many ways
    public synchronized TokenMask tokensWithin(Position position, int maxDistance) {
        TokenMask all = tokens(position);
        return all.maxDistance() <= maxDistance ? all : walk(position, maxDistance);
    }

    private TokenMask walk(Position position, int maxDistance) {
        positions.beginQuestion();
        if (position.readingCount() == 1) {
            return localTokens(position.state(0)).complete(position, positions, maxDistance);
        }
        TokenWalk walk = new TokenWalk(vocabulary, positions, maxDistance);
        walk.from(position);
        return walk.mask();
    }

    /// What one state allows by itself is remembered where it takes long to find out.
    private LocalTokens localTokens(int state) {
        LocalTokens known = localTokens.get(state);
        if (known != null) {
            return known;
        }
        Optional<LocalTokens> alike =
                wide.stream().filter(tokens -> tokens.fit(state)).findFirst();
        if (alike.isPresent()) {
            localTokens.put(state, alike.get());
            return alike.get();
        }
        LocalTokens found = new LocalTokens(network, vocabulary, plainRuns, state);
        if (found.visitedCount() > vocabulary.nodeCount() / WIDE_STATE_FRACTION) {
            remember(state, found);
        }
        return found;
    }

    private void remember(int state, LocalTokens tokens) {
        if (wide.size() == MAX_WIDE_STATES) {
            LocalTokens oldest = wide.removeLast();
            localTokens.values().removeIf(oldest::equals);
        }
        wide.addFirst(tokens);
        localTokens.put(state, tokens);
    }
}
