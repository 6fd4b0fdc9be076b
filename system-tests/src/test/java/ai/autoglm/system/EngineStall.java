package ai.autoglm.system;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/// Holds a thread of another JVM in the midst of a run of its engine, so that this hangs while everything else in the
/// process goes on: its connections answer pings, and its management port says that it is well.
final class EngineStall implements AutoCloseable {
    private static final String ENGINE_CALL = "ai.onnxruntime.OrtSession";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final VirtualMachine machine;

    private EngineStall(VirtualMachine machine) {
        this.machine = machine;
    }

    /// The JVM's option that lets [#of] in.
    static String option(int debugPort) {
        return "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:" + debugPort;
    }

    /// Holds the thread of this name, as soon as it runs the engine, until it is closed.
    static EngineStall of(int debugPort, String thread) {
        try {
            AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                    .filter(candidate -> candidate.transport().name().equals("dt_socket"))
                    .findFirst()
                    .orElseThrow();
            Map<String, Connector.Argument> arguments = connector.defaultArguments();
            Objects.requireNonNull(arguments.get("hostname")).setValue("127.0.0.1");
            Objects.requireNonNull(arguments.get("port")).setValue(Integer.toString(debugPort));
            VirtualMachine machine = connector.attach(arguments);
            ThreadReference held = machine.allThreads().stream()
                    .filter(candidate -> candidate.name().equals(thread))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no thread is called " + thread));
            Await.until(PATIENCE, thread + " runs the engine", () -> holdsInEngine(held));
            return new EngineStall(machine);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalConnectorArgumentsException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean holdsInEngine(ThreadReference thread) {
        thread.suspend();
        try {
            boolean running = thread.frames().stream()
                    .anyMatch(frame -> frame.location().declaringType().name().equals(ENGINE_CALL));
            if (!running) {
                thread.resume();
            }
            return running;
        } catch (IncompatibleThreadStateException e) {
            throw new AssertionError("a suspended thread has frames", e);
        }
    }

    /// Lets the thread go on.
    @Override
    public void close() {
        machine.dispose();
    }
}
