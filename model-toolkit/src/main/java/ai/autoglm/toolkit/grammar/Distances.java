package ai.autoglm.toolkit.grammar;

import ai.autoglm.toolkit.grammar.NetworkBuilder.Edge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// From every state, the bytes that its rule needs to end, at least. Source: Knuth, "A generalization of Dijkstra's
/// algorithm" (1977): a call takes what the called rule takes, and then what is left of the caller.
final class Distances {
    static final int INFINITE = 1 << 30;

    private record Reached(int state, int distance) {}

    private final int[] distance; // [state]
    private final BitSet settled = new BitSet();
    private final PriorityQueue<Reached> frontier = new PriorityQueue<>(Comparator.comparingInt(Reached::distance));
    private final List<List<Edge>> dependents; // [state]: edges whose length depends on it

    private Distances(int stateCount, List<Edge> edges, BitSet usableBytes) {
        distance = new int[stateCount];
        Arrays.fill(distance, INFINITE);
        dependents = new ArrayList<>(stateCount);
        for (int state = 0; state < stateCount; state++) {
            dependents.add(new ArrayList<>(1));
        }
        for (Edge edge : edges) {
            switch (edge) {
                case Edge.Bytes bytes -> {
                    int usable = usableBytes.nextSetBit(bytes.min());
                    if (usable >= 0 && usable <= bytes.max()) {
                        dependents.get(bytes.target()).add(bytes);
                    }
                }
                case Edge.Invocation call -> {
                    dependents.get(call.target()).add(call);
                    if (call.calledStart() != call.target()) {
                        dependents.get(call.calledStart()).add(call);
                    }
                }
            }
        }
    }

    /// @return one for each state, [#INFINITE] where the rule cannot end
    static int[] measure(int stateCount, List<Edge> edges, BitSet accepting, BitSet usableBytes) {
        Distances distances = new Distances(stateCount, edges, usableBytes);
        accepting.stream().forEach(state -> distances.reach(state, 0));
        distances.settleAll();
        return distances.distance;
    }

    private void reach(int state, long length) {
        if (length < distance[state]) {
            distance[state] = (int) length;
            frontier.add(new Reached(state, (int) length));
        }
    }

    private void settleAll() {
        for (Reached nearest = frontier.poll(); nearest != null; nearest = frontier.poll()) {
            if (settled.get(nearest.state())) {
                continue;
            }
            settled.set(nearest.state());
            for (Edge edge : dependents.get(nearest.state())) {
                switch (edge) {
                    case Edge.Bytes bytes -> reach(bytes.source(), 1L + distance[bytes.target()]);
                    case Edge.Invocation call ->
                        reach(call.source(), (long) distance[call.calledStart()] + distance[call.target()]);
                }
            }
        }
    }
}
