package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.tensorrt.plan.BuildProgress;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.bytedeco.tensorrt.nvinfer.IProgressMonitor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An `IProgressMonitor` made by hand: the presets cannot be subclassed in Java here. It is what a C++ compiler makes
/// of the class: a pointer to a table of functions, in the order of their declaration. Source: NvInferRuntimeBase.h,
/// IVersionedInterface; NvInfer.h, IProgressMonitor; the Itanium C++ ABI, "Virtual Table Layout".
final class ProgressMonitor {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressMonitor.class);
    private static final int CPP = 0; // APILanguage::kCPP
    private static final StructLayout INTERFACE_INFO = MemoryLayout.structLayout(
            ValueLayout.ADDRESS.withName("kind"),
            ValueLayout.JAVA_INT.withName("major"),
            ValueLayout.JAVA_INT.withName("minor"));

    private final BuildProgress progress;
    private final MemorySegment info;

    private ProgressMonitor(BuildProgress progress, Arena arena) {
        this.progress = progress;
        info = arena.allocate(INTERFACE_INFO);
        info.set(ValueLayout.ADDRESS, 0, arena.allocateFrom("IProgressMonitor"));
        info.set(ValueLayout.JAVA_INT, ValueLayout.ADDRESS.byteSize(), 1);
    }

    /// @param arena of the object, which must live as long as TensorRT may use it
    static IProgressMonitor of(BuildProgress progress, Arena arena) {
        ProgressMonitor target = new ProgressMonitor(progress, arena);
        ValueLayout.OfInt integer = ValueLayout.JAVA_INT;
        MemorySegment[] functions = {
            target.function("language", arena, FunctionDescriptor.of(integer, ValueLayout.ADDRESS)),
            target.function("info", arena, FunctionDescriptor.of(INTERFACE_INFO, ValueLayout.ADDRESS)),
            // Two destructors: TensorRT does not own the object.
            target.function("keep", arena, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)),
            target.function("keep", arena, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)),
            target.function(
                    "begin",
                    arena,
                    FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, integer)),
            target.function(
                    "step",
                    arena,
                    FunctionDescriptor.of(ValueLayout.JAVA_BOOLEAN, ValueLayout.ADDRESS, ValueLayout.ADDRESS, integer)),
            target.function("end", arena, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS)),
        };
        MemorySegment table = arena.allocate(ValueLayout.ADDRESS, functions.length);
        for (int index = 0; index < functions.length; index++) {
            table.setAtIndex(ValueLayout.ADDRESS, index, functions[index]);
        }
        MemorySegment object = arena.allocate(ValueLayout.ADDRESS);
        object.set(ValueLayout.ADDRESS, 0, table);
        return new IProgressMonitor(Cuda.pointer(object));
    }

    private MemorySegment function(String method, Arena arena, FunctionDescriptor descriptor) {
        MethodType type = descriptor.toMethodType();
        try {
            MethodHandle handle = MethodHandles.lookup()
                    .findVirtual(ProgressMonitor.class, method, type)
                    .bindTo(this);
            return Linker.nativeLinker().upcallStub(handle, descriptor, arena);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    int language(MemorySegment self) {
        return CPP;
    }

    MemorySegment info(MemorySegment self) {
        return info;
    }

    void keep(MemorySegment self) {}

    void begin(MemorySegment self, MemorySegment phase, MemorySegment parent, int stepCount) {
        tell(() -> progress.begin(text(phase), parent.address() == 0 ? null : text(parent), stepCount));
    }

    boolean step(MemorySegment self, MemorySegment phase, int step) {
        boolean[] goOn = {true};
        tell(() -> goOn[0] = progress.stepped(text(phase), step));
        return goOn[0];
    }

    void end(MemorySegment self, MemorySegment phase) {
        tell(() -> progress.end(text(phase)));
    }

    /// An exception must not leave a function that C++ has called: it would end the JVM. A bar that cannot be
    /// drawn is no reason to stop a build.
    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.debug("Progress cannot be shown", e);
        }
    }

    private static String text(MemorySegment characters) {
        return characters.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
