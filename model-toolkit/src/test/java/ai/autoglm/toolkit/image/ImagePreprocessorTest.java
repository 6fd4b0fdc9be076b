package ai.autoglm.toolkit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.position.PatchGrid;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImagePreprocessorTest {
    private final ImagePreprocessor preprocessor = new ImagePreprocessor(GoldenImages.SETTINGS, ImageLimits.DEFAULT);

    static Stream<String> goldenFiles() {
        return GoldenImages.FILES.stream();
    }

    @ParameterizedTest
    @MethodSource("goldenFiles")
    void makesTheSamePatchesAsTheReference(String file) throws IOException {
        assertThat(levels(preprocessor.patches(GoldenImages.file(file), Deadline.NONE)))
                .isEqualTo(GoldenImages.pixelLevels(file));
    }

    @Test
    void knowsTheGridFromTheHeaderAlone() {
        for (String file : GoldenImages.FILES) {
            byte[] bytes = GoldenImages.file(file);
            ImageHeader header = ImageHeader.read(bytes, ImageLimits.DEFAULT);
            assertThat(preprocessor.gridFor(header.width(), header.height()))
                    .isEqualTo(preprocessor.patches(bytes, Deadline.NONE).grid());
        }
    }

    /// Source: MODEL_SPEC C.1; the last three from Python's own arithmetic.
    @ParameterizedTest
    @CsvSource({
        "2400, 1080, 2408, 1092, 3354",
        "2340, 1080, 2352, 1092, 3276",
        "3200, 1440, 3192, 1428, 5814",
        "2532, 1170, 2520, 1176, 3780",
        "2868, 1320, 2856, 1316, 4794",
        "1280, 720, 1288, 728, 1196",
        "4000, 3000, 2520, 1876, 6030",
        "480, 640, 476, 644, 391",
        "100, 100, 112, 112, 16",
        "20, 50, 56, 140, 10",
        "336, 336, 336, 336, 144",
        "70, 126, 56, 112, 8",
    })
    void resizesAsTheReferenceDoes(int height, int width, int resizedHeight, int resizedWidth, int tokenCount) {
        PatchGrid grid = preprocessorOfTheLargeModel().gridFor(width, height);
        assertThat(grid).isEqualTo(new PatchGrid(resizedHeight / 14, resizedWidth / 14, 2));
        assertThat(grid.tokenCount()).isEqualTo(tokenCount);
    }

    @Test
    void enlargesSidesBelowOneToken() {
        assertThat(preprocessorOfTheLargeModel().gridFor(1, 1)).isEqualTo(new PatchGrid(6, 6, 2));
        assertThat(preprocessorOfTheLargeModel().gridFor(4, 800)).isEqualTo(new PatchGrid(400, 2, 2));
    }

    @Test
    void refusesAnAspectRatioAbove200() {
        assertThatThrownBy(() -> preprocessor.gridFor(4, 801))
                .isInstanceOfSatisfying(ServingException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_IMAGE);
                    assertThat(refusal.message()).contains("4 x 801", "200");
                });
    }

    @Test
    void enlargesASinglePixel() {
        byte[] red = TestPng.file(1, 1, 8, TestPng.RGB, new byte[][] {{(byte) 255, 0, 7}});
        ImageLimits anySize = new ImageLimits(100, 10, 1, 200);
        ImagePatches patches = new ImagePreprocessor(GoldenImages.SETTINGS, anySize).patches(red, Deadline.NONE);
        assertThat(patches.grid()).isEqualTo(new PatchGrid(6, 6, 2));
        byte[] levels = levels(patches);
        for (int value = 0; value < levels.length; value++) {
            int channel = value % 1176 / 392;
            assertThat(levels[value]).isEqualTo(new byte[] {(byte) 255, 0, 7}[channel]);
        }
    }

    @Test
    void normalizesEachChannelByItsOwnMeanAndDeviation() {
        ImagePatches patches = preprocessor.patches(GoldenImages.file("odd0.png"), Deadline.NONE);
        byte[] levels = levels(patches);
        FloatBuffer values = FloatBuffer.allocate(levels.length + 1);
        values.put(-1);
        patches.normalizeInto(values);
        assertThat(values.remaining()).isZero();
        assertThat(values.get(0)).isEqualTo(-1);
        for (int i = 0; i < levels.length; i++) {
            int channel = i % 1176 / 392;
            double mean = GoldenImages.SETTINGS.mean().get(channel);
            double deviation = GoldenImages.SETTINGS.standardDeviation().get(channel);
            double expected = ((levels[i] & 0xff) / 255.0 - mean) / deviation;
            assertThat((double) values.get(i + 1)).isCloseTo(expected, within(3e-7));
        }
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        List<byte[]> files = List.of(
                GoldenImages.file("odd0.png"),
                TestImages.encoded(TestImages.picture(), "jpg"),
                TestImages.encoded(TestImages.picture(), "gif"),
                TestImages.webp("lossy-alpha"));
        List<byte[]> expected = files.stream()
                .map(file -> preprocessor.patches(file, Deadline.NONE))
                .map(ImagePreprocessorTest::levels)
                .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<byte[]>> tasks = Stream.iterate(0, i -> i + 1)
                    .limit(64)
                    .<Callable<byte[]>>map(i ->
                            () -> levels(preprocessor.patches(files.get(i % files.size()), Deadline.NONE)))
                    .toList();
            List<Future<byte[]>> results = threads.invokeAll(tasks);
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).isEqualTo(expected.get(i % files.size()));
            }
        }
    }

    private static ImagePreprocessor preprocessorOfTheLargeModel() {
        ImagePreprocessing small = GoldenImages.SETTINGS;
        return new ImagePreprocessor(
                new ImagePreprocessing(12_544, 9_633_792, 14, 2, 2, small.mean(), small.standardDeviation()),
                ImageLimits.DEFAULT);
    }

    private static byte[] levels(ImagePatches patches) {
        byte[] levels = new byte[patches.levels().remaining()];
        patches.levels().get(levels);
        return levels;
    }
}
