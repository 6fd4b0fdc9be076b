package ai.autoglm.gateway.metrics;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names by which tools made for vLLM look for meters that the gateway has too. Source: API.md 2.
public final class VllmMetricNames {
    private static final Map<String, String> BY_OWN_NAME = Map.of(
            "gateway_requests_running", "vllm:num_requests_running",
            "gateway_prompt_tokens_total", "vllm:prompt_tokens_total",
            "gateway_completion_tokens_total", "vllm:generation_tokens_total",
            "gateway_time_to_first_token_seconds", "vllm:time_to_first_token_seconds",
            "gateway_time_per_output_token_seconds", "vllm:request_time_per_output_token_seconds",
            "gateway_request_duration_seconds", "vllm:e2e_request_latency_seconds",
            "gateway_answers_total", "vllm:request_success_total");

    private static final Pattern LINE = Pattern.compile(
            "^(?<head># (?:HELP|TYPE) )?(?<name>%s)(?<tail>(?:_bucket|_count|_sum|_max)?[ {].*)$"
                    .formatted(String.join("|", BY_OWN_NAME.keySet())),
            Pattern.MULTILINE);

    private VllmMetricNames() {}

    /// @param scrape in Prometheus' text format
    /// @return it, followed by the same values under vLLM's names
    public static String added(String scrape) {
        StringBuilder text = new StringBuilder(scrape);
        Matcher line = LINE.matcher(scrape);
        while (line.find()) {
            if (line.group("head") != null) {
                text.append(line.group("head"));
            }
            text.append(BY_OWN_NAME.get(line.group("name")))
                    .append(line.group("tail"))
                    .append('\n');
        }
        return text.toString();
    }
}
