package ai.autoglm.system;

import com.google.common.base.Throwables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Load that comes as fast as it comes: a request starts at its time, however many have not ended.
final class OpenLoop {
    private static final int REASON_CHARACTERS = 160;

    private OpenLoop() {}

    /// What came of a load.
    ///
    /// @param failures how often each reason came
    record Outcome(int requests, Map<String, Integer> failures) {
        Outcome {
            failures = Map.copyOf(failures);
        }

        int failed() {
            return failures.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /// Sends requests while `during` runs, and further until there were `requests` of them.
    static Outcome run(GoldenLoad load, double perSecond, int requests, Runnable during) {
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> disturbance = threads.submit(() -> {
                try {
                    during.run();
                } finally {
                    over.set(true);
                }
            });
            List<Future<?>> sent = new ArrayList<>();
            long start = System.nanoTime();
            while (sent.size() < requests || !over.get()) {
                long due = start + (long) (sent.size() / perSecond * 1e9);
                await(due);
                sent.add(threads.submit(load::sendNext));
            }
            Map<String, Integer> failures = new TreeMap<>();
            for (Future<?> request : sent) {
                failure(request).ifPresent(reason -> failures.merge(reason, 1, Integer::sum));
            }
            failure(disturbance).ifPresent(reason -> {
                throw new AssertionError("the fault could not be made: " + reason);
            });
            return new Outcome(sent.size(), failures);
        }
    }

    /// Requests a second that a few clients get who ask again as soon as they are answered.
    static double capacity(GoldenLoad load, int clients, Duration time) {
        AtomicInteger answered = new AtomicInteger();
        long end = System.nanoTime() + time.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                running.add(threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        load.sendNext();
                        answered.incrementAndGet();
                    }
                }));
            }
            for (Future<?> client : running) {
                failure(client).ifPresent(reason -> {
                    throw new AssertionError("without a fault: " + reason);
                });
            }
        }
        return answered.get() / (time.toMillis() / 1e3);
    }

    private static void await(long due) {
        try {
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static Optional<String> failure(Future<?> task) {
        try {
            task.get();
            return Optional.empty();
        } catch (ExecutionException e) {
            String message = Throwables.getRootCause(e).toString();
            return Optional.of(message.substring(0, Math.min(REASON_CHARACTERS, message.length())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
