package ai.autoglm.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/// A fleet in simulated time: requests come at random (open loop), wait for a vision encoder, then for a decoder, each
/// time the one with the least work. What the network and the gateway add is left out.
final class FleetSimulation {
    /// Work left at the end, as a part of the time in which requests came, that is no sign of more and more of it.
    private static final double BACKLOG = 0.05;

    private final StepTimes times;
    private final Fleet fleet;
    private final FleetWorkload workload;
    private final int requestCount;
    private final long seed;

    /// @param firstTokenP95 seconds from arrival to the first token, of 95 in 100 requests
    /// @param keptUp whether the fleet's work ended soon after the last request had come
    record Outcome(double firstTokenP95, boolean keptUp) {}

    private record Event(double time, Runnable action) {}

    FleetSimulation(StepTimes times, Fleet fleet, FleetWorkload workload, int requestCount, long seed) {
        this.times = times;
        this.fleet = fleet;
        this.workload = workload;
        this.requestCount = requestCount;
        this.seed = seed;
    }

    /// What happens at so many requests a second.
    Outcome at(double requestsPerSecond) {
        Run run = new Run();
        double time = 0;
        List<SimulatedRequest> requests = new ArrayList<>();
        for (int i = 0; i < requestCount; i++) {
            time += run.exponential(1000 / requestsPerSecond);
            int answer = Math.max(1, (int) Math.round(run.exponential(workload.answerTokens())));
            SimulatedRequest request =
                    new SimulatedRequest(time, workload.promptTokens() - workload.cachedTokens(), answer);
            requests.add(request);
            run.at(time, () -> run.encode(request));
        }
        run.finish();
        double[] waits = requests.stream()
                .mapToDouble(request -> request.firstToken - request.arrival)
                .toArray();
        return new Outcome(p95(waits) / 1000, run.now - time <= BACKLOG * time);
    }

    /// The most requests a second at which the first token comes within the limit.
    double capacity(double firstTokenLimitSeconds) {
        double low = 0;
        double high = 0.01;
        while (isWithin(high, firstTokenLimitSeconds)) {
            low = high;
            high *= 2;
        }
        for (int i = 0; i < 12; i++) {
            double middle = (low + high) / 2;
            if (isWithin(middle, firstTokenLimitSeconds)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isWithin(double requestsPerSecond, double limit) {
        Outcome outcome = at(requestsPerSecond);
        return outcome.keptUp() && outcome.firstTokenP95() <= limit;
    }

    private static double p95(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (sorted.length * 0.95)];
    }

    /// One run: its clock, its random numbers, its pods.
    private final class Run {
        private final Random random = new Random(seed);
        private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingDouble(Event::time));
        private final double[] encoderFreeAt = new double[fleet.visionEncoders()];
        private final List<SimulatedDecoder> decoders = new ArrayList<>();
        private double now;

        Run() {
            for (int i = 0; i < fleet.decoders(); i++) {
                decoders.add(new SimulatedDecoder(times, fleet));
            }
        }

        double exponential(double mean) {
            return -mean * Math.log(1 - random.nextDouble());
        }

        void at(double time, Runnable action) {
            events.add(new Event(time, action));
        }

        void finish() {
            while (!events.isEmpty()) {
                Event event = events.remove();
                now = event.time();
                event.action().run();
            }
        }

        void encode(SimulatedRequest request) {
            int chosen = 0;
            for (int i = 1; i < encoderFreeAt.length; i++) {
                chosen = encoderFreeAt[i] < encoderFreeAt[chosen] ? i : chosen;
            }
            encoderFreeAt[chosen] = Math.max(now, encoderFreeAt[chosen]) + times.imageMillis();
            at(encoderFreeAt[chosen], () -> decode(request));
        }

        private void decode(SimulatedRequest request) {
            SimulatedDecoder chosen = decoders.stream()
                    .min(Comparator.comparingInt(SimulatedDecoder::load))
                    .orElseThrow();
            chosen.add(request);
            if (chosen.isIdle()) {
                step(chosen);
            }
        }

        private void step(SimulatedDecoder decoder) {
            double millis = decoder.begin();
            if (millis > 0) {
                at(now + millis, () -> {
                    decoder.end(now);
                    step(decoder);
                });
            }
        }
    }
}
