package ai.autoglm.tensorrt.plan;

import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.memory.GraphMemory;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// Builds the engine of one part, unless one that can be loaded is there, and keeps it. Who wants the same one
/// meanwhile waits for it. What kernels were measured to take is kept too: a second build on the same kind of GPU is
/// much faster.
public final class EngineBuild {
    private final PlanBuilder builder;
    private final PlanStore store;
    private final Path folder;
    private final Gpu gpu;
    private final String version;

    /// @param folder of the timing caches
    public EngineBuild(PlanBuilder builder, PlanStore store, Path folder, Gpu gpu, String version) {
        this.builder = builder;
        this.store = store;
        this.folder = folder;
        this.gpu = gpu;
        this.version = version;
    }

    /// @param again whether an engine that is there is built anew
    /// @return where it is; empty when it was there, or another process has built it meanwhile
    /// @throws EngineException when the graph is not for TensorRT, or its engine would not fit on the card
    public Optional<Path> build(ModelPart part, boolean again, BuildProgress progress) throws IOException {
        NetworkSource network = NetworkSource.read(part);
        network.requireSupported();
        PlanKey key = PlanKey.of(part, network.profiles(), gpu.info(), version);
        try (BuildLock _ = store.lock(key)) {
            if (!again && store.isUsable(key)) {
                return Optional.empty();
            }
            // Building takes minutes: what could not be loaded is not built.
            GraphMemory.plan(part, network.model(), gpu.freeBytes()).requireFits();
            PlanBuilder.Built built = builder.build(network, timings(), progress);
            store.write(key, built.plan());
            keep(built.timings());
            return Optional.of(store.path(key));
        }
    }

    private Optional<MemorySegment> timings() throws IOException {
        if (!Files.isRegularFile(timingFile())) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(timingFile());
        MemorySegment copy = Arena.global().allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return Optional.of(copy.asSlice(0, bytes.length));
    }

    private void keep(MemorySegment timings) throws IOException {
        Files.createDirectories(folder);
        Path partial = Files.createTempFile(folder, "timings", ".partial");
        Files.write(partial, timings.toArray(ValueLayout.JAVA_BYTE));
        Files.move(partial, timingFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// One for each kind of GPU and release of TensorRT, which takes no other.
    private Path timingFile() {
        return folder.resolve("timings-" + gpu.info().architecture() + "-" + version + ".cache");
    }
}
