package ai.autoglm.toolkit.grammar;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tokens that lead on from one state of a rule without a call or a return: they are the same whoever has called
/// the
/// rule. Within a JSON string nearly all are, so few are left to look at when a string stands in a new place.
final class LocalTokens {
    private final Network network;
    private final Vocabulary vocabulary;
    private final List<Reached> closed = new ArrayList<>(); // nodes where tokens end
    private final List<Reached> open = new ArrayList<>(); // nodes that lead to a call or a possible return
    private final long[] nearestWords; // [id / 64], the tokens that lead nearest to the end of the rule
    private final int nearest;
    private int visitedCount;

    private record Reached(int node, int state) {}

    LocalTokens(Network network, Vocabulary vocabulary, int state) {
        this.network = network;
        this.vocabulary = vocabulary;
        walk(state);
        nearest = closed.stream().mapToInt(this::distance).min().orElse(Distances.INFINITE);
        nearestWords = new long[TokenMask.wordCount(vocabulary.size())];
        closed.stream()
                .filter(reached -> distance(reached) == nearest)
                .forEach(reached -> vocabulary.addTokens(reached.node(), nearestWords));
        closed.removeIf(reached -> distance(reached) == nearest);
    }

    private int distance(Reached reached) {
        return network.distance(reached.state());
    }

    private void walk(int start) {
        int[] path = new int[vocabulary.maxDepth() + 1]; // [bytes read]: state
        path[0] = start;
        int node = 0;
        while (node < vocabulary.nodeCount()) {
            visitedCount++;
            int depth = vocabulary.nodeDepth(node);
            int state = network.next(path[depth - 1], network.classOf(vocabulary.nodeByte(node)));
            if (state == Network.NONE) {
                node = vocabulary.subtreeEnd(node);
            } else if (network.isAccepting(state) || !network.calls(state).isEmpty()) {
                open.add(new Reached(node, state));
                node = vocabulary.subtreeEnd(node);
            } else {
                path[depth] = state;
                if (vocabulary.endsTokens(node)) {
                    closed.add(new Reached(node, state));
                }
                node++;
            }
        }
    }

    /// How many nodes of the trie it took to find out.
    int visitedCount() {
        return visitedCount;
    }

    /// The tokens that lead on from a position whose only reading is in this state.
    ///
    /// @param maxDistance tokens that lead farther from a member are left out
    TokenMask complete(Position position, Positions positions, int maxDistance) {
        @Nullable Frame frame = position.frame(0);
        int rest = Frame.distanceOf(frame);
        TokenWalk walk = new TokenWalk(vocabulary, positions, maxDistance);
        if (nearest != Distances.INFINITE) {
            walk.add(nearestWords, nearest + rest);
        }
        closed.forEach(reached -> walk.add(reached.node(), distance(reached) + rest));
        open.forEach(reached -> walk.fromNode(reached.node(), positions.at(reached.state(), frame)));
        return walk.mask();
    }
}
