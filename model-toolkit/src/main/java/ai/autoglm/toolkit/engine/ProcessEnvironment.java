package ai.autoglm.toolkit.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/// Environment variables of this process as native libraries read them when they load; the JDK only reads its own copy.
public final class ProcessEnvironment {
    private ProcessEnvironment() {}

    /// Sets a variable, before the library that asks for it is loaded. Without effect where C has no `setenv`.
    public static void set(String name, String value) {
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find("setenv").ifPresent(setenv -> {
            try (Arena arena = Arena.ofConfined()) {
                int _ = (int) linker.downcallHandle(
                                setenv,
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_INT))
                        .invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            } catch (Throwable e) {
                throw new EngineException("The environment variable " + name + " cannot be set", e);
            }
        });
    }
}
