package ai.autoglm.benchmarks;

/// A request in simulated time.
final class SimulatedRequest {
    final double arrival;
    int promptLeft;
    int answerLeft;
    double firstToken = Double.NaN;

    SimulatedRequest(double arrival, int promptLeft, int answerLeft) {
        this.arrival = arrival;
        this.promptLeft = promptLeft;
        this.answerLeft = answerLeft;
    }
}
