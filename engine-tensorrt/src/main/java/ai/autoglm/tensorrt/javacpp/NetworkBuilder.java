package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.memory.GraphMemory;
import ai.autoglm.tensorrt.plan.BuildProgress;
import ai.autoglm.tensorrt.plan.NetworkSource;
import ai.autoglm.tensorrt.plan.PlanBuilder;
import ai.autoglm.tensorrt.plan.Profile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.global.nvinfer.LayerType;
import org.bytedeco.tensorrt.global.nvinfer.MemoryPoolType;
import org.bytedeco.tensorrt.global.nvinfer.OptProfileSelector;
import org.bytedeco.tensorrt.global.nvinfer.ProfilingVerbosity;
import org.bytedeco.tensorrt.global.nvonnxparser;
import org.bytedeco.tensorrt.nvinfer.IAttentionInputLayer;
import org.bytedeco.tensorrt.nvinfer.IBuilder;
import org.bytedeco.tensorrt.nvinfer.IBuilderConfig;
import org.bytedeco.tensorrt.nvinfer.IHostMemory;
import org.bytedeco.tensorrt.nvinfer.ILayer;
import org.bytedeco.tensorrt.nvinfer.INetworkDefinition;
import org.bytedeco.tensorrt.nvinfer.IOptimizationProfile;
import org.bytedeco.tensorrt.nvinfer.ITimingCache;
import org.bytedeco.tensorrt.nvonnxparser.IParser;

/// TensorRT's builder: graph in, plan out. Everything it makes is left to the end of the process.
final class NetworkBuilder implements PlanBuilder {
    @Override
    public Built build(NetworkSource network, Optional<MemorySegment> timings, BuildProgress progress) {
        IBuilder builder = TensorRt.require("createInferBuilder", nvinfer.createInferBuilder(TensorRtLog.SHARED));
        // Strongly typed, which is the only kind since 11.0.
        INetworkDefinition definition = TensorRt.require("createNetworkV2", builder.createNetworkV2(0));
        parse(network, definition);
        allowDecomposedAttention(definition);
        IBuilderConfig config = TensorRt.require("createBuilderConfig", builder.createBuilderConfig());
        for (Profile profile : network.profiles()) {
            addProfile(builder, config, profile);
        }
        // By default it may be all of the card, which the KV cache needs.
        config.setMemoryPoolLimit(MemoryPoolType.kWORKSPACE, GraphMemory.WORKSPACE_BYTES);
        ITimingCache cache = timingCache(config, timings);
        // Layers tell their types and tactics to whoever asks the engine.
        config.setProfilingVerbosity(ProfilingVerbosity.kDETAILED);
        config.setProgressMonitor(ProgressMonitor.of(progress, Arena.global()));
        IHostMemory plan =
                TensorRt.require("buildSerializedNetwork", builder.buildSerializedNetwork(definition, config));
        return new Built(content(plan), content(TensorRt.require("ITimingCache::serialize", cache.serialize())));
    }

    private static void parse(NetworkSource network, INetworkDefinition definition) {
        IParser parser = TensorRt.require("createParser", nvonnxparser.createParser(definition, TensorRtLog.SHARED));
        byte[] model = network.model().toByteArray();
        String path = network.part().model().toAbsolutePath().toString();
        // The weights are not in the model: they are read from where its path says.
        if (!parser.parse(new BytePointer(model), model.length, path)) {
            StringBuilder reasons = new StringBuilder();
            for (int index = 0; index < parser.getNbErrors(); index++) {
                reasons.append(index == 0 ? "" : "; ")
                        .append(parser.getError(index).nodeName())
                        .append(": ")
                        .append(parser.getError(index).desc());
            }
            throw GpuException.failed("IParser::parse", reasons.toString());
        }
    }

    /// Without this the build fails where no single kernel computes an attention.
    private static void allowDecomposedAttention(INetworkDefinition definition) {
        for (int index = 0; index < definition.getNbLayers(); index++) {
            ILayer layer = definition.getLayer(index);
            if (layer.getType().intern() == LayerType.kATTENTION_INPUT) {
                TensorRt.require(
                        "IAttention::setDecomposable",
                        new IAttentionInputLayer(layer).getAttention().setDecomposable(true));
            }
        }
    }

    private static void addProfile(IBuilder builder, IBuilderConfig config, Profile profile) {
        if (profile.inputs().isEmpty()) {
            return;
        }
        IOptimizationProfile target =
                TensorRt.require("createOptimizationProfile", builder.createOptimizationProfile());
        profile.inputs().forEach((input, range) -> {
            boolean set = target.setDimensions(input, OptProfileSelector.kMIN, TensorRt.dims(range.min()))
                    && target.setDimensions(input, OptProfileSelector.kOPT, TensorRt.dims(range.opt()))
                    && target.setDimensions(input, OptProfileSelector.kMAX, TensorRt.dims(range.max()));
            TensorRt.require("IOptimizationProfile::setDimensions of " + input, set);
        });
        TensorRt.require("addOptimizationProfile of " + profile.name(), config.addOptimizationProfile(target) >= 0);
    }

    /// What another card or driver has measured is not taken: then everything is measured anew.
    private static ITimingCache timingCache(IBuilderConfig config, Optional<MemorySegment> timings) {
        if (timings.isPresent()) {
            ITimingCache kept = config.createTimingCache(
                    Cuda.pointer(timings.get()), timings.get().byteSize());
            if (kept != null && !kept.isNull() && config.setTimingCache(kept, false)) {
                return kept;
            }
        }
        ITimingCache empty = TensorRt.require("createTimingCache", config.createTimingCache(new Pointer(), 0));
        TensorRt.require("setTimingCache", config.setTimingCache(empty, false));
        return empty;
    }

    private static MemorySegment content(IHostMemory memory) {
        return MemorySegment.ofAddress(memory.data().address()).reinterpret(memory.size());
    }
}
