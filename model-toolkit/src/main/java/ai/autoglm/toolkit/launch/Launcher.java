package ai.autoglm.toolkit.launch;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/// Starts the services, waits until all of them serve, and ends all of them when one ends or the launcher is stopped.
/// Says what it does in the words that users of a Python server know.
public final class Launcher {
    private static final Duration START_PATIENCE = Duration.ofMinutes(5);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    /// As shells report a program that Ctrl+C has ended.
    private static final int INTERRUPTED = 130;

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final Path home;
    private final Path logs;
    private final PrintStream terminal;
    private final List<ServiceProcess> processes = new CopyOnWriteArrayList<>();
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private boolean stopping;

    /// A launcher of the services built below `home`.
    ///
    /// @param logs directory of the log files, one for each service
    public Launcher(Path home, Path logs, PrintStream terminal) {
        this.home = home;
        this.logs = logs;
        this.terminal = terminal;
    }

    /// Runs until a service ends or this process is told to stop. Backends come before the gateway.
    ///
    /// @param address of the gateway, for the person at the terminal
    /// @return the exit status for this process
    public int run(List<ServiceLaunch> launches, URI address) throws InterruptedException {
        Ports.requireFree(launches.stream().map(ServiceLaunch::endpoint).toList());
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-services"));
        Signals.register("INT", this::interrupt);
        try {
            start(launches);
            terminal.println("INFO:     Waiting for application startup.");
            awaitReady(launches);
            announce(address);
            return awaitEnd();
        } finally {
            stop();
        }
    }

    private synchronized void start(List<ServiceLaunch> launches) {
        for (ServiceLaunch launch : launches) {
            Service service = launch.endpoint().service();
            Path jar = home.resolve(service.label() + "-service/target/quarkus-app/quarkus-run.jar");
            if (!Files.isRegularFile(jar)) {
                throw new ServingException(
                        ErrorCode.INVALID_CONFIGURATION, "The " + service + " is not built: run ./mvnw package first.");
            }
            try {
                Files.createDirectories(logs);
                ServiceProcess process =
                        ServiceProcess.start(launch, jar, logs.resolve(service.label() + ".log"), terminal);
                processes.add(process);
                terminal.println("INFO:     Started " + service + " process [" + process.pid() + "]");
            } catch (IOException e) {
                throw new ServingException(
                        ErrorCode.INVALID_CONFIGURATION, "Cannot start the " + service + ": " + e.getMessage(), e);
            }
        }
    }

    private void awaitReady(List<ServiceLaunch> launches) throws InterruptedException {
        Readiness readiness = new Readiness();
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        for (ServiceLaunch launch : launches) {
            while (!readiness.isReady(launch.endpoint())) {
                for (ServiceProcess process : processes) {
                    if (!process.isAlive()) {
                        throw endedEarly(process);
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new ServingException(
                            ErrorCode.TIMEOUT,
                            "The " + launch.endpoint().service() + " was not ready within " + START_PATIENCE.toMinutes()
                                    + " minutes; its log is in " + logs + ".");
                }
                Thread.sleep(POLL_INTERVAL);
            }
        }
    }

    private ServingException endedEarly(ServiceProcess process) {
        return new ServingException(
                ErrorCode.INVALID_CONFIGURATION,
                "The " + process.service() + " ended with status " + process.exitValue()
                        + " while starting; its log is "
                        + logs.resolve(process.service().label() + ".log") + ".");
    }

    private void announce(URI address) {
        terminal.println("INFO:     Application startup complete.");
        terminal.println("INFO:     AutoGLM Serve running on " + address + " (Press CTRL+C to quit)");
    }

    /// Ctrl+C: the first asks the services to stop, the second ends them at once.
    private void interrupt() {
        if (interrupted.compareAndSet(false, true)) {
            terminal.println("INFO:     Stopping (Press CTRL+C again to stop at once)");
            Thread.ofPlatform().name("stop").start(() -> System.exit(INTERRUPTED));
        } else {
            processes.forEach(ServiceProcess::kill);
        }
    }

    private int awaitEnd() {
        CompletableFuture<?>[] ends =
                processes.stream().map(ServiceProcess::onExit).toArray(CompletableFuture<?>[]::new);
        ServiceProcess ended = (ServiceProcess) CompletableFuture.anyOf(ends).join();
        synchronized (this) {
            if (stopping) {
                return 0;
            }
        }
        terminal.println("ERROR:    The " + ended.service() + " ended with status " + ended.exitValue()
                + "; stopping the other services.");
        return 1;
    }

    private synchronized void stop() {
        if (stopping) {
            return;
        }
        stopping = true;
        // The gateway first: it tells its clients, while the backends can still finish what they are at.
        for (ServiceProcess process : processes.reversed()) {
            process.stop(STOP_PATIENCE);
        }
    }
}
