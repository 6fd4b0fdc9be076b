package ai.autoglm.toolkit.grammar;

import ai.autoglm.toolkit.grammar.Network.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Transition;

/// Links rules to a [Network]: numbers states and byte classes, measures distances, drops what cannot end, and
/// refuses what a matcher could not follow.
final class NetworkBuilder {
    private static final int MAX_TABLE_CELLS = 2_000_000;

    private final Rules rules;
    private final BitSet usableBytes;
    private final int[] ruleStart; // [rule]
    private final List<Edge> edges = new ArrayList<>();
    private final BitSet accepting = new BitSet();
    private int stateCount;

    /// A transition by a range of bytes, or by a call.
    sealed interface Edge {
        int source();

        int target();

        record Bytes(int source, int target, int min, int max) implements Edge {}

        record Invocation(int source, int target, int calledStart) implements Edge {}
    }

    private NetworkBuilder(Rules rules, BitSet usableBytes) {
        this.rules = rules;
        this.usableBytes = usableBytes;
        ruleStart = new int[rules.count()];
    }

    /// @param usableBytes bytes that can be written on their own: distances count these only
    static Network link(Rules rules, int root, BitSet usableBytes) {
        return new NetworkBuilder(rules, usableBytes).link(root);
    }

    private Network link(int root) {
        for (int rule = 0; rule < rules.count(); rule++) {
            ruleStart[rule] = stateCount;
            // A rule without members has no state of its own; its start is one that leads nowhere.
            stateCount += Math.max(1, rules.body(rule).getNumStates());
        }
        for (int rule = 0; rule < rules.count(); rule++) {
            addEdges(rules.body(rule), ruleStart[rule]);
        }
        rules.algebra().checkTime();
        int[] distance = Distances.measure(stateCount, edges, accepting, usableBytes);
        edges.removeIf(edge -> distance[edge.target()] == Distances.INFINITE
                || (edge instanceof Edge.Invocation call && distance[call.calledStart()] == Distances.INFINITE));
        if (distance[ruleStart[root]] == Distances.INFINITE) {
            throw Refusal.because("No text that this model can write matches it." + explanation());
        }
        LeftRecursion.refuse(ruleStart, stateCount, edges, distance);
        return table(distance, ruleStart[root]);
    }

    private String explanation() {
        return rules.leftOut().isEmpty()
                ? ""
                : " Perhaps one would if these were supported: " + String.join(", ", rules.leftOut()) + ".";
    }

    private void addEdges(Automaton body, int offset) {
        Transition transition = new Transition();
        for (int state = 0; state < body.getNumStates(); state++) {
            accepting.set(offset + state, body.isAccept(state));
            int count = body.initTransition(state, transition);
            for (int index = 0; index < count; index++) {
                body.getNextTransition(transition);
                addEdge(transition, offset);
            }
        }
    }

    private void addEdge(Transition transition, int offset) {
        int source = offset + transition.source;
        int target = offset + transition.dest;
        if (transition.min < Rules.FIRST_CALL) {
            int max = Math.min(transition.max, Rules.FIRST_CALL - 1);
            edges.add(new Edge.Bytes(source, target, transition.min, max));
        }
        for (int label = Math.max(transition.min, Rules.FIRST_CALL); label <= transition.max; label++) {
            edges.add(new Edge.Invocation(source, target, ruleStart[label - Rules.FIRST_CALL]));
        }
    }

    private Network table(int[] distance, int start) {
        byte[] classOfByte = byteClasses();
        int classCount = 1 + Byte.toUnsignedInt(classOfByte[255]);
        if ((long) stateCount * classCount > MAX_TABLE_CELLS) {
            throw Refusal.because("It is too large: its table would have " + (long) stateCount * classCount
                    + " cells, and the limit is " + MAX_TABLE_CELLS + ".");
        }
        int[] next = new int[stateCount * classCount];
        Arrays.fill(next, Network.NONE);
        List<List<Call>> calls = new ArrayList<>(stateCount);
        for (int state = 0; state < stateCount; state++) {
            calls.add(new ArrayList<>(0));
        }
        for (Edge edge : edges) {
            switch (edge) {
                case Edge.Bytes bytes -> {
                    int last = Byte.toUnsignedInt(classOfByte[bytes.max()]);
                    for (int c = Byte.toUnsignedInt(classOfByte[bytes.min()]); c <= last; c++) {
                        next[bytes.source() * classCount + c] = bytes.target();
                    }
                }
                case Edge.Invocation call -> calls.get(call.source()).add(new Call(call.calledStart(), call.target()));
            }
        }
        return new Network(start, classOfByte, classCount, next, calls, accepting, distance);
    }

    /// Classes are runs of bytes, numbered in ascending order.
    private byte[] byteClasses() {
        BitSet starts = new BitSet(257);
        for (Edge edge : edges) {
            if (edge instanceof Edge.Bytes bytes) {
                starts.set(bytes.min());
                starts.set(bytes.max() + 1);
            }
        }
        byte[] classes = new byte[256];
        for (int value = 1; value < 256; value++) {
            classes[value] = (byte) (classes[value - 1] + (starts.get(value) ? 1 : 0));
        }
        return classes;
    }
}
