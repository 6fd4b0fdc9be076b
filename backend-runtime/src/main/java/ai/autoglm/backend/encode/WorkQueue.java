package ai.autoglm.backend.encode;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A bounded queue in front of dedicated platform threads. Work that is asked for again while it waits or
/// runs is done once. A caller that leaves gives up its place; work that nobody waits for any more is
/// skipped; where it runs already, its deadline says so.
///
/// @param <K> what makes two pieces of work the same
/// @param <I> input
/// @param <O> result
final class WorkQueue<K, I, O> implements AutoCloseable {
    /// What is done.
    @FunctionalInterface
    interface Work<K, I, O> {
        /// @param deadline throws CLIENT_CLOSED_REQUEST when nobody waits for the result any more
        O run(K key, I input, Deadline deadline);
    }

    private static final long IDLE = 0;

    private final String name;
    private final int capacity;
    private final Work<K, I, O> work;
    private final Consumer<Duration> waited;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLongArray busySince; // [thread], IDLE or when its work began

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private final Map<K, Entry> entries = new HashMap<>(); // waiting and running
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private boolean closed;

    /// @param name of the threads, and in messages
    /// @param threadCount pieces of work done side by side
    /// @param capacity pieces of work that wait, at most
    WorkQueue(String name, int threadCount, int capacity, Work<K, I, O> work) {
        this(name, threadCount, capacity, work, _ -> {});
    }

    /// @param waited is told how long each piece of work has waited when it begins
    WorkQueue(String name, int threadCount, int capacity, Work<K, I, O> work, Consumer<Duration> waited) {
        this.name = name;
        this.capacity = capacity;
        this.work = work;
        busySince = new AtomicLongArray(threadCount);
        this.waited = waited;
        for (int i = 0; i < threadCount; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().name(name + "-" + i).start(() -> workUntilClosed(number)));
        }
    }

    /// Queues work, or joins the same work under way.
    ///
    /// @throws ServingException OVERLOADED at once when the queue is full or closed
    Ticket submit(K key, I input) {
        lock.lock();
        try {
            Entry entry = entries.get(key);
            if (entry == null) {
                entry = enqueue(key, input);
            }
            Ticket ticket = new Ticket(entry);
            entry.tickets.add(ticket);
            return ticket;
        } finally {
            lock.unlock();
        }
    }

    /// How long the thread that began its work last has been at it; zero when one is idle. While one thread comes
    /// back, the queue gets on.
    Duration busyFor() {
        long now = System.nanoTime();
        long shortest = Long.MAX_VALUE;
        for (int number = 0; number < busySince.length(); number++) {
            long since = busySince.get(number);
            shortest = Math.min(shortest, since == IDLE ? 0 : now - since);
        }
        return Duration.ofNanos(Math.max(0, shortest));
    }

    /// Pieces of work that wait now.
    int depth() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /// Refuses what waits, and returns when the work that runs has ended.
    @Override
    public void close() {
        List<Entry> refused;
        lock.lock();
        try {
            closed = true;
            refused = List.copyOf(waiting);
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        refused.forEach(entry -> finish(entry, ticket -> ticket.result.completeExceptionally(overloaded("stopping"))));
        for (Thread thread : threads) {
            joinUninterruptibly(thread);
        }
    }

    /// One caller's share in a piece of work.
    final class Ticket implements AutoCloseable {
        private final Entry entry;
        private final CompletableFuture<O> result = new CompletableFuture<>();
        private volatile int sharerCount = 1;

        private Ticket(Entry entry) {
            this.entry = entry;
        }

        /// Waits for the result.
        ///
        /// @throws RuntimeException what the work has thrown, or CLIENT_CLOSED_REQUEST after [#close]
        O await() {
            try {
                return result.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw e;
            }
        }

        /// Waits for the result.
        ///
        /// @param meanwhile runs each time when this much more has been waited
        /// @throws RuntimeException as [#await()], or what `meanwhile` throws
        O await(Duration interval, Runnable meanwhile) {
            while (true) {
                try {
                    var _ = result.get(interval.toNanos(), TimeUnit.NANOSECONDS);
                    return await();
                } catch (TimeoutException e) {
                    meanwhile.run();
                } catch (ExecutionException e) {
                    return await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new ServingException(ErrorCode.BACKEND_UNAVAILABLE, "The encoder is shutting down.", e);
                }
            }
        }

        /// How many callers the result was worked out for, this one included. Known once the result is.
        int sharerCount() {
            return sharerCount;
        }

        /// Gives up the place in the queue. Without effect once the result is there.
        @Override
        public void close() {
            lock.lock();
            try {
                entry.tickets.remove(this);
                if (entry.tickets.isEmpty() && waiting.remove(entry)) {
                    entries.remove(entry.key);
                }
            } finally {
                lock.unlock();
            }
            result.completeExceptionally(ServingException.cancelled());
        }
    }

    private final class Entry {
        final K key;
        final I input;
        final Set<Ticket> tickets = new HashSet<>();
        final long submittedAt = System.nanoTime();

        Entry(K key, I input) {
            this.key = key;
            this.input = input;
        }
    }

    private Entry enqueue(K key, I input) {
        if (closed) {
            throw overloaded("stopping");
        }
        if (waiting.size() >= capacity) {
            throw overloaded("full: " + capacity + " are waiting");
        }
        Entry entry = new Entry(key, input);
        entries.put(key, entry);
        waiting.add(entry);
        changed.signal();
        return entry;
    }

    private ServingException overloaded(String state) {
        return new ServingException(ErrorCode.OVERLOADED, "The queue of the " + name + " is " + state + ".");
    }

    private void workUntilClosed(int number) {
        for (Entry entry = take(); entry != null; entry = take()) {
            // A clock that reads exactly this once in a lifetime would be idle for one look.
            busySince.set(number, System.nanoTime());
            work(entry);
            busySince.set(number, IDLE);
        }
    }

    private void work(Entry entry) {
        try {
            waited.accept(Duration.ofNanos(System.nanoTime() - entry.submittedAt));
            O result = work.run(entry.key, entry.input, () -> requireCallers(entry));
            finish(entry, ticket -> ticket.result.complete(result));
        } catch (RuntimeException | Error failure) {
            // Errors too: one image that is too much for the heap must not end the thread for all others.
            finish(entry, ticket -> ticket.result.completeExceptionally(failure));
        }
    }

    private @Nullable Entry take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    private void requireCallers(Entry entry) {
        lock.lock();
        try {
            if (entry.tickets.isEmpty()) {
                // Whoever asks for the same from now on must not be told that its request was cancelled.
                entries.remove(entry.key, entry);
                throw ServingException.cancelled();
            }
        } finally {
            lock.unlock();
        }
    }

    private void finish(Entry entry, Consumer<Ticket> outcome) {
        List<Ticket> tickets;
        lock.lock();
        try {
            entries.remove(entry.key, entry);
            tickets = List.copyOf(entry.tickets);
        } finally {
            lock.unlock();
        }
        for (Ticket ticket : tickets) {
            ticket.sharerCount = tickets.size();
            outcome.accept(ticket);
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
