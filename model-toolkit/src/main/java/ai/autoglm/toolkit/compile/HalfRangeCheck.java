package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Refuses FLOAT16 for a decoder whose numbers do not fit it: beyond 65,504 they are infinite, and an answer is lost.
final class HalfRangeCheck {
    /// Largest magnitude on the calibration text. Other texts may reach twice as much.
    static final float LIMIT = 3e4f;

    /// Largest magnitudes of each layer, for whoever wants to know.
    static final String FILE = "activations.tsv";

    /// Chinese and English, as the model's users write, and a screen's words.
    private static final String TEXT = """
            用户：帮我打开微信，给张三发一条消息，说我今天晚上七点到家。
            The current screen shows the home screen with WeChat, Alipay, Meituan, Settings, Camera, Maps and Music.
            <think>用户想给张三发消息。需要先打开微信，再找到张三的对话。</think>
            <answer>do(action="Launch", app="微信")</answer>
            User: what is the weather like in Beijing on 3 May, and how long does the 10:45 train to Shanghai take?
            do(action="Tap", element=[500,676]) do(action="Type", text="Hello, world! 1234567890")
            do(action="Swipe", start=[499,800], end=[499,200]) finish(message="已经完成")
            { "name": "search", "arguments": { "query": "附近的咖啡店", "limit": 5 } }
            """;

    private final Bundle bundle;

    HalfRangeCheck(Bundle bundle) {
        this.bundle = bundle;
    }

    /// Measures and reports; the magnitudes stay with the bundle.
    ///
    /// @throws ServingException INVALID_CHECKPOINT when the decoder's numbers come too close to the end of FLOAT16
    void run(CompileProgress progress) throws IOException {
        List<LayerMagnitude> magnitudes = new Calibration(bundle).measure(TEXT);
        Files.write(
                bundle.directory().resolve(FILE),
                magnitudes.stream()
                        .map(layer -> String.format(
                                Locale.ROOT, "%s\t%s\t%.5g", layer.layer(), layer.value(), layer.magnitude()))
                        .toList());
        progress.calibrated(magnitudes);
        requireFit(magnitudes, bundle.manifest().precision());
    }

    static void requireFit(List<LayerMagnitude> magnitudes, Precision precision) {
        magnitudes.stream()
                .filter(layer -> !(layer.magnitude() <= LIMIT)) // and not a number
                .max(Comparator.comparingDouble(LayerMagnitude::magnitude))
                .ifPresent(layer -> {
                    throw new ServingException(
                            ErrorCode.INVALID_CHECKPOINT,
                            String.format(
                                    Locale.ROOT,
                                    "This model does not fit --precision %s: %s reaches %,.0f on the calibration text, more"
                                            + " than %,.0f, and fp16 ends at 65,504: use --precision bf16.",
                                    precision,
                                    layer.layer(),
                                    layer.magnitude(),
                                    LIMIT));
                });
    }
}
