package ai.autoglm.system;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// Requests of every kind, one after another, each of which has one right answer: text, screenshots and speech, half of
/// them streamed. Media come with bytes that no cache has seen.
final class GoldenLoad {
    private static final List<GoldenCase> CASES =
            List.of(GoldenCase.named("text-en"), GoldenCase.named("screen0-q1"), GoldenCase.named("speech0"));

    private final ChatApi api;
    private final AtomicLong number = new AtomicLong(System.nanoTime());

    GoldenLoad(ChatApi api) {
        this.api = api;
    }

    /// Sends the next request and waits for its end.
    ///
    /// @throws AssertionError when the answer is anything but the complete golden one
    /// @throws java.io.UncheckedIOException when the connection breaks
    void sendNext() {
        long own = number.getAndIncrement();
        GoldenCase golden = CASES.get((int) (own % CASES.size()));
        Map<String, Object> request =
                golden.request(file -> FreshMedia.png(file, own), file -> FreshMedia.wav(file, own));
        if (own / CASES.size() % 2 == 0) {
            ChatStream stream = api.stream(request);
            require(golden, stream.content(), stream.finishReasons());
        } else {
            ChatAnswer answer = api.send(request);
            require(golden, answer.content(), List.of(answer.finishReason()));
        }
    }

    private static void require(GoldenCase golden, String content, List<String> finishReasons) {
        if (!content.equals(golden.greedyText()) || !finishReasons.equals(List.of(golden.finishReason()))) {
            throw new AssertionError(golden + " was answered by " + content + " " + finishReasons);
        }
    }
}
