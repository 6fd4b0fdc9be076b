package ai.autoglm.benchmarks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The decoder's rule for what runs next, in simulated time: sequences wait in order for a slot; a prefill chunk and a
/// decode step of all that can decode take turns; chunks go round among prompts. Source: the decoder's `Scheduler`.
final class SimulatedDecoder {
    private final StepTimes times;
    private final Fleet fleet;
    private final ArrayDeque<SimulatedRequest> queue = new ArrayDeque<>();
    private final ArrayDeque<SimulatedRequest> prefilling = new ArrayDeque<>();
    private final List<SimulatedRequest> decoding = new ArrayList<>();
    private boolean prefilledLast;
    private List<SimulatedRequest> stepping = List.of();
    private int chunk;

    SimulatedDecoder(StepTimes times, Fleet fleet) {
        this.times = times;
        this.fleet = fleet;
    }

    /// Requests here that have not ended.
    int load() {
        return queue.size() + prefilling.size() + decoding.size();
    }

    void add(SimulatedRequest request) {
        queue.add(request);
    }

    boolean isIdle() {
        return stepping.isEmpty();
    }

    /// Begins the next step.
    ///
    /// @return its milliseconds; 0 when there is nothing to do
    double begin() {
        while (!queue.isEmpty() && prefilling.size() + decoding.size() < fleet.slots()) {
            prefilling.add(queue.remove());
        }
        boolean prefill = !prefilling.isEmpty() && (!prefilledLast || decoding.isEmpty());
        prefilledLast = prefill;
        if (prefill) {
            SimulatedRequest next = prefilling.element();
            chunk = Math.min(fleet.prefillChunk(), next.promptLeft);
            stepping = List.of(next);
            return times.prefill(chunk);
        }
        stepping = List.copyOf(decoding);
        return stepping.isEmpty() ? 0 : times.decode(stepping.size());
    }

    /// Ends the step that was begun.
    void end(double now) {
        if (prefilledLast) {
            SimulatedRequest request = prefilling.remove();
            request.promptLeft -= chunk;
            if (request.promptLeft > 0) {
                prefilling.add(request);
            } else {
                request.firstToken = now;
                request.answerLeft--;
                (request.answerLeft > 0 ? decoding : new ArrayList<SimulatedRequest>()).add(request);
            }
        } else {
            for (SimulatedRequest request : stepping) {
                request.answerLeft--;
                if (request.answerLeft == 0) {
                    decoding.remove(request);
                }
            }
        }
        stepping = List.of();
    }
}
