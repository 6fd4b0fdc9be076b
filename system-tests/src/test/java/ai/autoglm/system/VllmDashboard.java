package ai.autoglm.system;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// What the dashboard that vLLM publishes asks for. The list of names says where it comes from.
final class VllmDashboard {
    private static final String FILTER = "{model_name=\"" + ChatRequests.MODEL + "\"}";

    private VllmDashboard() {}

    static List<String> expressions() {
        return Repository.text("vllm-dashboard-metrics.txt")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .flatMap(VllmDashboard::expressions)
                .toList();
    }

    private static Stream<String> expressions(String line) {
        int space = line.indexOf(' ');
        String name = line.substring(space + 1).strip();
        return switch (line.substring(0, space)) {
            case "latency" ->
                Stream.concat(
                        Stream.of("0.99", "0.95", "0.9", "0.5").map(quantile(name)),
                        Stream.of(rate(name + "_sum") + " / " + rate(name + "_count")));
            case "rate" -> Stream.of(rate(name));
            case "value" -> Stream.of(name + FILTER);
            case "heatmap" -> Stream.of("sum by(le) (increase(" + name + FILTER + "[5m]))");
            case "reasons" -> Stream.of("sum by(finished_reason) (increase(" + name + FILTER + "[5m]))");
            default -> throw new IllegalArgumentException("unknown kind of expression: " + line);
        };
    }

    private static Function<String, String> quantile(String name) {
        return quantile -> "histogram_quantile(" + quantile + ", sum by(le) (" + rate(name + "_bucket") + "))";
    }

    private static String rate(String name) {
        return "rate(" + name + FILTER + "[5m])";
    }
}
