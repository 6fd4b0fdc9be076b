package ai.autoglm.gateway.decode;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The generations of one request, read side by side: whichever has an event next comes next. One reading thread,
/// whose pace is that of all. Closing it cancels what has not ended.
public final class GenerationGroup implements AutoCloseable {
    private static final int READ_AHEAD = 64;

    /// What one of the generations reports.
    ///
    /// @param index of the generation, in the order in which they were given
    public record Event(int index, DecodeEvent event) {}

    record Read(
            int index,
            @Nullable DecodeEvent event,
            @Nullable ServingException failure) {}

    private final List<Generation> generations;
    private final BlockingQueue<Read> reads = new ArrayBlockingQueue<>(READ_AHEAD);
    private final List<Thread> readers = new ArrayList<>();
    private final boolean[] over; // [generation], of the reading thread

    public GenerationGroup(List<Generation> generations) {
        this.generations = List.copyOf(generations);
        this.over = new boolean[generations.size()];
        for (int index = 0; index < generations.size(); index++) {
            int number = index;
            readers.add(Thread.ofVirtual().name("generation-" + number).start(() -> read(number)));
        }
    }

    /// Waits for the next event of any generation that is not over.
    ///
    /// @throws ServingException the failure of one of them
    public Event next() {
        try {
            Read read = reads.take();
            while (over[read.index]) {
                read = reads.take();
            }
            if (read.failure != null) {
                throw read.failure;
            }
            if (read.event == null) {
                throw new IllegalStateException("neither event nor failure");
            }
            over[read.index] = read.event instanceof DecodeEvent.Finished;
            return new Event(read.index, read.event);
        } catch (InterruptedException e) {
            throw ServingException.interrupted(e);
        }
    }

    /// Ends one generation, of which nothing more comes.
    public void end(int index) {
        over[index] = true;
        generations.get(index).complete();
    }

    @Override
    public void close() {
        generations.forEach(Generation::close);
        readers.forEach(Thread::interrupt);
    }

    private void read(int index) {
        try {
            boolean more = true;
            while (more) {
                Read read = read(index, generations.get(index)::next);
                reads.put(read);
                more = read.event != null && !(read.event instanceof DecodeEvent.Finished);
            }
        } catch (InterruptedException e) {
            // The group is closed, and nobody reads.
            Thread.currentThread().interrupt();
        }
    }

    static Read read(int index, Supplier<DecodeEvent> next) {
        try {
            return new Read(index, next.get(), null);
        } catch (ServingException e) {
            return new Read(index, null, e);
        } catch (RuntimeException | Error e) {
            // Whoever waits for the next event would wait for ever.
            return new Read(index, null, new ServingException(ErrorCode.INTERNAL, "A generation cannot be read.", e));
        }
    }
}
