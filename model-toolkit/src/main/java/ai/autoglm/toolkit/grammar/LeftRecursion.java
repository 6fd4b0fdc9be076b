package ai.autoglm.toolkit.grammar;

import ai.autoglm.toolkit.grammar.NetworkBuilder.Edge;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/// Rules that call themselves before any byte: a matcher would call forever.
final class LeftRecursion {
    private final List<List<Edge.Invocation>> calls; // [state]
    private final int[] distance;
    private final int[] ruleStart;

    private LeftRecursion(int[] ruleStart, int stateCount, List<Edge> edges, int[] distance) {
        this.ruleStart = ruleStart;
        this.distance = distance;
        calls = new ArrayList<>(stateCount);
        for (int state = 0; state < stateCount; state++) {
            calls.add(List.of());
        }
        for (Edge edge : edges) {
            if (edge instanceof Edge.Invocation call) {
                List<Edge.Invocation> known = calls.get(call.source());
                List<Edge.Invocation> longer = known.isEmpty() ? new ArrayList<>(2) : known;
                longer.add(call);
                calls.set(call.source(), longer);
            }
        }
    }

    static void refuse(int[] ruleStart, int stateCount, List<Edge> edges, int[] distance) {
        if (new LeftRecursion(ruleStart, stateCount, edges, distance).exists()) {
            throw Refusal.because("It refers to itself before anything is written: left recursion has no end.");
        }
    }

    /// Takes away rules that call none of those left, until none is left or all that are left call each other.
    private boolean exists() {
        List<BitSet> callers = new ArrayList<>(); // [rule start]
        int[] openCalls = new int[distance.length]; // [rule start]
        for (int state = 0; state < distance.length; state++) {
            callers.add(new BitSet());
        }
        for (int start : ruleStart) {
            BitSet called = firstCalls(start);
            called.stream().forEach(callee -> callers.get(callee).set(start));
            openCalls[start] = called.cardinality();
        }
        Deque<Integer> free = new ArrayDeque<>();
        for (int start : ruleStart) {
            if (openCalls[start] == 0) {
                free.add(start);
            }
        }
        int freed = 0;
        for (Integer start = free.poll(); start != null; start = free.poll()) {
            freed++;
            callers.get(start).stream()
                    .filter(caller -> --openCalls[caller] == 0)
                    .forEach(free::add);
        }
        return freed < ruleStart.length;
    }

    /// The starts of rules that may be called from `start` on before any byte.
    private BitSet firstCalls(int start) {
        BitSet called = new BitSet();
        BitSet seen = new BitSet();
        Deque<Integer> states = new ArrayDeque<>(List.of(start));
        seen.set(start);
        for (Integer state = states.poll(); state != null; state = states.poll()) {
            for (Edge.Invocation call : calls.get(state)) {
                called.set(call.calledStart());
                boolean nullable = distance[call.calledStart()] == 0;
                if (nullable && !seen.get(call.target())) {
                    seen.set(call.target());
                    states.add(call.target());
                }
            }
        }
        return called;
    }
}
