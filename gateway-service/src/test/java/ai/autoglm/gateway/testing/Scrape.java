package ai.autoglm.gateway.testing;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `/metrics` shows: series by name and labels, as in `vllm:prompt_tokens_total{engine="0"}`.
public record Scrape(Map<String, Double> series) {
    private static final Pattern LINE = Pattern.compile("^([^#\\s{]+)(\\{[^}]*?,?})? (\\S+)$", Pattern.MULTILINE);

    public static Scrape of(String text) {
        Map<String, Double> series = new LinkedHashMap<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            String labels = line.group(2) == null ? "" : line.group(2).replace(",}", "}");
            series.put(line.group(1) + labels, Double.parseDouble(line.group(3).replace("+Inf", "Infinity")));
        }
        return new Scrape(series);
    }

    /// The sum of all series of this name whose labels contain these texts; 0 where there are none.
    public double sum(String name, String... labels) {
        return series.entrySet().stream()
                .filter(entry -> entry.getKey().equals(name) || entry.getKey().startsWith(name + "{"))
                .filter(entry ->
                        Arrays.stream(labels).allMatch(label -> entry.getKey().contains(label)))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
