package ai.autoglm.toolkit.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tokens that lead on from one state of a rule without a call or a return: they are the same whoever has called
/// the rule. Those of plain text follow from the state's [PlainRun]; the others are found by a walk, and are the
/// same for all states from which the rule looks alike as far as tokens reach.
final class LocalTokens {
    private static final int MAX_PAIRS = 4_000;

    private final Network network;
    private final Vocabulary vocabulary;
    private final PlainTokens plainTokens;
    private final int start;
    private final PlainRuns plainRuns;
    private final PlainRun plainRun;
    private final Map<Integer, long[]> closed =
            new HashMap<>(); // by distance, less that of the state: tokens [id / 64]
    private final List<Reached> open = new ArrayList<>(); // nodes that lead to a call or a possible return
    private int visitedCount;
    private int deepest; // bytes of the longest beginning of a token that was looked at

    /// A node, and the bytes that lead to it.
    private static final class Reached {
        private final int node;
        private final byte[] path;

        Reached(int node, byte[] path) {
            this.node = node;
            this.path = path;
        }
    }

    private record Pair(int mine, int other) {}

    LocalTokens(Network network, Vocabulary vocabulary, PlainRuns plainRuns, int start) {
        this.network = network;
        this.vocabulary = vocabulary;
        this.start = start;
        this.plainRuns = plainRuns;
        plainTokens = vocabulary.plainTokens();
        plainRun = plainRuns.from(start);
        walk();
    }

    private long[] at(int distance) {
        return closed.computeIfAbsent(
                distance - network.distance(start), _ -> new long[TokenMask.wordCount(vocabulary.size())]);
    }

    private void walk() {
        int[] states = new int[vocabulary.maxDepth() + 1]; // [bytes read]
        states[0] = start;
        int[] plain = new int[states.length]; // [bytes read]: state of PlainText
        int[] characters = new int[states.length]; // [bytes read]: those begun
        byte[] path = new byte[states.length];
        int node = 0;
        while (node < vocabulary.nodeCount()) {
            int depth = vocabulary.nodeDepth(node);
            int value = vocabulary.nodeByte(node);
            plain[depth] = PlainText.next(plain[depth - 1], value);
            characters[depth] = characters[depth - 1] + (PlainText.beginsCharacter(value) ? 1 : 0);
            if (isPlain(node, plain[depth], characters[depth])) {
                node = vocabulary.subtreeEnd(node);
                continue;
            }
            visitedCount++;
            deepest = Math.max(deepest, depth);
            int state = network.next(states[depth - 1], network.classOf(value));
            path[depth - 1] = (byte) value;
            if (state == Network.NONE) {
                node = vocabulary.subtreeEnd(node);
            } else if (network.isAccepting(state) || !network.calls(state).isEmpty()) {
                open.add(new Reached(node, Arrays.copyOf(path, depth)));
                node = vocabulary.subtreeEnd(node);
            } else {
                states[depth] = state;
                if (vocabulary.endsTokens(node)) {
                    vocabulary.addTokens(node, at(network.distance(state)));
                }
                node++;
            }
        }
    }

    /// Whether all tokens that begin with a node's bytes and are allowed are those of the state's plain run.
    private boolean isPlain(int node, int plainState, int characters) {
        return plainState != PlainText.NONE
                && plainTokens.arePlainBelow(node, plainState)
                && (plainRun.kind() == PlainRun.Kind.ENDS_DEAD
                        || characters + plainTokens.charactersBelow(node) <= plainRun.length());
    }

    /// How many nodes of the trie it took to find out.
    int visitedCount() {
        return visitedCount;
    }

    /// Whether they are those of another state too: as far as tokens were looked at, the rule goes on alike.
    boolean fit(int other) {
        if (other == start) {
            return true;
        }
        if (plainRun.kind() == PlainRun.Kind.SHORT
                || plainRun.kind() != plainRuns.from(other).kind()) {
            return false;
        }
        int difference = network.distance(other) - network.distance(start);
        Set<Pair> seen = new HashSet<>();
        Deque<Pair> level = new ArrayDeque<>(List.of(new Pair(start, other)));
        for (int depth = 0; depth < deepest; depth++) {
            Deque<Pair> next = new ArrayDeque<>();
            for (Pair pair : level) {
                if (!addSuccessors(pair, difference, seen, next) || seen.size() > MAX_PAIRS) {
                    return false;
                }
            }
            level = next;
        }
        return true;
    }

    /// @return false where one of the two goes on in another way
    private boolean addSuccessors(Pair pair, int difference, Set<Pair> seen, Deque<Pair> successors) {
        for (int byteClass = 0; byteClass < network.classCount(); byteClass++) {
            int mine = network.next(pair.mine(), byteClass);
            int other = network.next(pair.other(), byteClass);
            if (mine == Network.NONE || other == Network.NONE) {
                if (mine != other) {
                    return false;
                }
            } else if (!isOpen(mine) && !isOpen(other)) {
                Pair next = new Pair(mine, other);
                if (network.distance(other) - network.distance(mine) != difference) {
                    return false;
                }
                if (mine != other && seen.add(next)) {
                    successors.add(next);
                }
            } else if (isOpen(mine) != isOpen(other)) {
                return false;
            }
        }
        return true;
    }

    private boolean isOpen(int state) {
        return network.isAccepting(state) || !network.calls(state).isEmpty();
    }

    /// The tokens that lead on from a position whose only reading is in a state that they [#fit].
    ///
    /// @param maxDistance tokens that lead farther from a member are left out
    TokenMask complete(Position position, Positions positions, int maxDistance) {
        @Nullable Frame frame = position.frame(0);
        int state = position.state(0);
        int rest = network.distance(state) + Frame.distanceOf(frame);
        TokenWalk walk = new TokenWalk(vocabulary, positions, maxDistance);
        addPlainTokens(plainRuns.from(state), Frame.distanceOf(frame), walk);
        closed.forEach((distance, tokens) -> walk.add(tokens, distance + rest));
        open.forEach(reached -> walk.fromNode(reached.node, positions.at(stateAfter(state, reached.path), frame)));
        return walk.mask();
    }

    private void addPlainTokens(PlainRun run, int rest, TokenWalk walk) {
        for (PlainTokens.Group group : plainTokens.groups()) {
            if (group.characters() > run.length()) {
                break;
            }
            walk.add(group.tokens(), run.distance(group.characters()) + group.missingBytes() + rest);
        }
    }

    private int stateAfter(int state, byte[] path) {
        int after = state;
        for (byte value : path) {
            after = network.next(after, network.classOf(Byte.toUnsignedInt(value)));
        }
        return after;
    }
}
