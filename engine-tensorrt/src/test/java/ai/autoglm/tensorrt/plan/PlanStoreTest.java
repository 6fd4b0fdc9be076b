package ai.autoglm.tensorrt.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.tensorrt.gpu.GpuInfo;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Plans are code: only those that this installation has signed, for exactly this key, are mapped.
final class PlanStoreTest {
    private static final GpuInfo GPU = new GpuInfo("NVIDIA GeForce RTX 4090", 8, 9, 13_030, 24L << 30);
    private static final ModelPart PART = new ModelPart(
            ModelPart.Kind.DECODER, Path.of("decoder.onnx"), "b".repeat(64), Map.of("B", 8L, "S_max", 8200L));
    private static final List<Profile> PROFILES = List.of(new Profile(
            "decode", Map.of("x", new Profile.Range(Shape.of(1, 1), Shape.of(4, 1), Shape.of(8, 1)))));

    @TempDir
    private Path folder;

    private final PlanKey key = PlanKey.of(PART, PROFILES, GPU, "11.2.1");

    @Test
    void aPlanComesBackAsItWasWritten() throws IOException {
        PlanStore store = store("k".repeat(32));
        assertThat(store.isUsable(key)).isFalse();

        write(store, 10_000);

        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = store.map(key, arena);
            assertThat(mapped.byteSize()).isEqualTo(10_000);
            assertThat(mapped.get(ValueLayout.JAVA_BYTE, 9_999)).isEqualTo((byte) 9_999);
            assertThat(mapped.address() % 4096).isZero();
        }
        assertThat(store.isUsable(key)).isTrue();
        try (var files = Files.list(folder)) {
            assertThat(files).as("no partial file is left").hasSize(1);
        }
    }

    @Test
    void aMissingPlanSaysHowToBuildIt() {
        assertThatThrownBy(() -> store("k".repeat(32)).map(key, Arena.global()))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("There is no engine for the decoder in " + folder)
                .hasMessageContaining("autoglm build-engine");
    }

    @Test
    void aPlanOfAnotherInstallationIsRefused() throws IOException {
        write(store("k".repeat(32)), 100);

        assertThatThrownBy(() -> store("x".repeat(32)).map(key, Arena.global()))
                .hasMessageContaining("it was not signed with this installation's key, or was altered");
    }

    @Test
    void oneAlteredByteIsRefusedWhereverItIs() throws IOException {
        PlanStore store = store("k".repeat(32));
        write(store, 100);
        byte[] good = Files.readAllBytes(store.path(key));
        for (int index : new int[] {0, 17, 25, 60, 4096, good.length - 1}) {
            byte[] bad = good.clone();
            bad[index] ^= 1;
            Files.write(store.path(key), bad);
            assertThatThrownBy(() -> store.map(key, Arena.global()))
                    .as("byte %d", index)
                    .isInstanceOf(EngineException.class);
        }
    }

    @Test
    void aShortenedFileIsRefused() throws IOException {
        PlanStore store = store("k".repeat(32));
        write(store, 100);
        byte[] good = Files.readAllBytes(store.path(key));
        for (int length : new int[] {0, 10, 50, 4095, good.length - 1}) {
            Files.write(store.path(key), Arrays.copyOf(good, length));
            assertThatThrownBy(() -> store.map(key, Arena.global()))
                    .as("%d bytes", length)
                    .isInstanceOf(EngineException.class);
        }
    }

    @Test
    void aLengthThatCannotBeMeantIsRefused() throws IOException {
        PlanStore store = store("k".repeat(32));
        write(store, 100_000);
        byte[] bad = Files.readAllBytes(store.path(key));
        ByteBuffer.wrap(bad).putInt(15, 70_000);
        Files.write(store.path(key), bad);

        assertThatThrownBy(() -> store.map(key, Arena.global())).hasMessageContaining("it is no plan");
    }

    @Test
    void whatAKilledProcessHasLeftIsReplaced() throws IOException {
        PlanStore store = store("k".repeat(32));
        Path left = Files.write(folder.resolve(key.fileName() + ".partial"), new byte[50_000]);
        write(store, 100);

        assertThat(store.map(key, Arena.global()).byteSize()).isEqualTo(100);
        assertThat(left).doesNotExist();
        assertThat(Files.getPosixFilePermissions(store.path(key)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void plansThatNobodyHasLoadedForADayAreDeletedOnceAnotherIsLoaded() throws IOException {
        PlanStore store = store("k".repeat(32));
        PlanKey old = PlanKey.of(PART, PROFILES, GPU, "11.1.0");
        PlanKey recent = PlanKey.of(PART, PROFILES, GPU, "11.1.1");
        PlanKey loaded = PlanKey.of(PART, PROFILES, GPU, "11.1.2");
        ModelPart fusion = new ModelPart(ModelPart.Kind.FUSION, PART.model(), PART.bundleId(), PART.limits());
        PlanKey otherPart = PlanKey.of(fusion, PROFILES, GPU, "11.1.0");
        for (PlanKey one : List.of(old, recent, loaded, otherPart, key)) {
            store.write(one, Arena.global().allocate(100));
        }
        Path left = Files.createFile(folder.resolve(loaded.fileName() + ".partial"));
        store.use(loaded);
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        for (Path one : List.of(store.path(old), store.path(loaded), store.path(otherPart), store.path(key), left)) {
            Files.setLastModifiedTime(one, longAgo);
        }

        store.use(key);

        assertThat(store.path(old)).doesNotExist();
        assertThat(left).doesNotExist();
        assertThat(store.path(recent)).exists();
        assertThat(store.path(loaded)).as("a process has it").exists();
        assertThat(store.path(otherPart)).exists();
        assertThat(Files.getLastModifiedTime(store.path(key))).isGreaterThan(longAgo);
    }

    @Test
    void aFileOfThisProcessIsItsOwnWhateverItsUserIsCalled() throws IOException {
        Path file = Files.write(folder.resolve("own"), new byte[1]);
        String name = System.getProperty("user.name");
        System.setProperty("user.name", "?");
        try {
            assertThat(OwnFile.othersMayWrite(file)).isFalse();
        } finally {
            System.setProperty("user.name", name);
        }
    }

    @Test
    void aPlanThatOthersMayWriteIsCopiedBeforeItIsChecked() throws IOException {
        PlanStore store = store("k".repeat(32));
        write(store, 5_000);
        Path file = store.path(key);
        assertThat(OwnFile.othersMayWrite(file)).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        assertThat(OwnFile.othersMayWrite(file)).isTrue();

        MemorySegment checked = store.map(key, Arena.global());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {99}), channel.size() - 1);
        }

        assertThat(checked.byteSize()).isEqualTo(5_000);
        assertThat(checked.get(ValueLayout.JAVA_BYTE, 4_999)).isEqualTo((byte) 4_999);
        assertThatThrownBy(() -> store.map(key, Arena.global())).hasMessageContaining("was altered");
    }

    @Test
    void aPlanOfAnotherKeyUnderThisNameSaysWhatDiffers() throws IOException {
        PlanStore store = store("k".repeat(32));
        PlanKey other = PlanKey.of(PART, PROFILES, GPU, "11.3.0");
        store.write(other, Arena.global().allocate(100));
        Files.move(store.path(other), store.path(key));

        assertThatThrownBy(() -> store.map(key, Arena.global()))
                .hasMessageContaining("it is for TensorRT 11.3.0, and here is TensorRT 11.2.1");
    }

    @Test
    void everythingThatAPlanDependsOnIsInItsKey() {
        GpuInfo otherGpu = new GpuInfo("NVIDIA GeForce RTX 4080", 8, 9, 13_030, 16L << 30);
        GpuInfo otherDriver = new GpuInfo(GPU.name(), 8, 9, 13_040, 24L << 30);
        ModelPart otherBundle = new ModelPart(PART.kind(), PART.model(), "c".repeat(64), PART.limits());
        ModelPart otherRows =
                new ModelPart(PART.kind(), PART.model(), PART.bundleId(), Map.of("B", 8L, "S_max", 4104L));
        List<Profile> otherProfiles = List.of(new Profile(
                "decode", Map.of("x", new Profile.Range(Shape.of(1, 1), Shape.of(4, 1), Shape.of(16, 1)))));

        assertThat(List.of(
                        PlanKey.of(PART, PROFILES, otherGpu, "11.2.1").fileName(),
                        PlanKey.of(PART, PROFILES, otherDriver, "11.2.1").fileName(),
                        PlanKey.of(otherBundle, PROFILES, GPU, "11.2.1").fileName(),
                        PlanKey.of(otherRows, PROFILES, GPU, "11.2.1").fileName(),
                        PlanKey.of(PART, otherProfiles, GPU, "11.2.1").fileName(),
                        key.fileName()))
                .doesNotHaveDuplicates();
        assertThat(PlanKey.of(PART, PROFILES, GPU, "11.2.1")).isEqualTo(key);
    }

    private PlanStore store(String secret) {
        return new PlanStore(folder, SigningKey.find(Map.of(SigningKey.VARIABLE, secret), folder.resolve("unused")));
    }

    private void write(PlanStore store, int bytes) throws IOException {
        MemorySegment plan = Arena.global().allocate(bytes);
        for (int index = 0; index < bytes; index++) {
            plan.set(ValueLayout.JAVA_BYTE, index, (byte) index);
        }
        store.write(key, plan);
    }
}
