package ai.autoglm.system;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;

/// Holds one thread of another JVM, so that its engine hangs while everything else in the process goes on: its
/// connections answer pings, and its management port says that it is well.
final class EngineStall implements AutoCloseable {
    private final VirtualMachine machine;

    private EngineStall(VirtualMachine machine) {
        this.machine = machine;
    }

    /// The JVM's option that lets [#of] in.
    static String option(int debugPort) {
        return "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:" + debugPort;
    }

    /// Holds the thread of this name until it is closed.
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
            machine.allThreads().stream()
                    .filter(candidate -> candidate.name().equals(thread))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no thread is called " + thread))
                    .suspend();
            return new EngineStall(machine);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalConnectorArgumentsException e) {
            throw new AssertionError(e);
        }
    }

    /// Lets the thread go on.
    @Override
    public void close() {
        machine.dispose();
    }
}
