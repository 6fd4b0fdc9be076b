package ai.autoglm.toolkit.engine;

import ai.onnxruntime.OrtEnvironment;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// ONNX Runtime's one environment, alive until the process has ended.
///
/// The Java binding releases it in a JVM shutdown hook, beside which a service still finishes its calls:
/// the next run would then crash the JVM (seen with 1.29.0). The native environment is counted, so one
/// more reference, never given back, keeps it. Source: `OrtApi::CreateEnv` in onnxruntime_c_api.h, whose
/// table of functions is only ever appended to.
///
/// It reports nothing to anybody: unless it is told not to, 1.29.0 writes a device id into the user's home
/// and collects telemetry (seen).
final class OnnxRuntimeEnvironment {
    private static final int API_VERSION = 14;
    private static final int CREATE_ENV_INDEX = 3;
    private static final int WARNING_LEVEL = 2;

    private static final OrtEnvironment ENVIRONMENT;

    static {
        ProcessEnvironment.set("ORT_DISABLE_TELEMETRY", "1");
        ENVIRONMENT = OrtEnvironment.getEnvironment();
        retain();
    }

    private OnnxRuntimeEnvironment() {}

    static OrtEnvironment shared() {
        return ENVIRONMENT;
    }

    private static void retain() {
        // Absent only where another class loader has loaded the library, as tests of Quarkus do: they may
        // go without.
        SymbolLookup.loaderLookup().find("OrtGetApiBase").ifPresent(OnnxRuntimeEnvironment::retain);
    }

    private static void retain(MemorySegment apiBase) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment base = (MemorySegment) function(apiBase, FunctionDescriptor.of(ValueLayout.ADDRESS))
                    .invokeExact();
            MemorySegment getApi =
                    base.reinterpret(ValueLayout.ADDRESS.byteSize()).get(ValueLayout.ADDRESS, 0);
            MemorySegment api =
                    (MemorySegment) function(getApi, FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT))
                            .invokeExact(API_VERSION);
            MemorySegment createEnv = api.reinterpret((CREATE_ENV_INDEX + 1) * ValueLayout.ADDRESS.byteSize())
                    .getAtIndex(ValueLayout.ADDRESS, CREATE_ENV_INDEX);
            MemorySegment status = (MemorySegment) function(
                            createEnv,
                            FunctionDescriptor.of(
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.ADDRESS))
                    .invokeExact(WARNING_LEVEL, arena.allocateFrom("autoglm"), arena.allocate(ValueLayout.ADDRESS));
            if (status.address() != 0) {
                throw new IllegalStateException("CreateEnv failed");
            }
        } catch (Throwable e) {
            throw new EngineException("ONNX Runtime's environment cannot be kept", e);
        }
    }

    private static MethodHandle function(MemorySegment address, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(address, type);
    }
}
