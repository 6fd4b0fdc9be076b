package ai.autoglm.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// Reads the gateway's own timer of an encoder, from its management port.
final class EncoderClock {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI metrics;
    private final String encoder;

    EncoderClock(URI management, String encoder) {
        this.metrics = management.resolve("/q/metrics");
        this.encoder = encoder;
    }

    /// Total seconds spent in the encoder so far.
    double seconds() throws IOException, InterruptedException {
        String text = http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return text.lines()
                .filter(line -> line.startsWith("autoglm_media_round_trip_seconds_sum"))
                .filter(line -> line.contains('"' + encoder + '"'))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
