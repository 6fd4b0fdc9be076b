package ai.autoglm.tensorrt.plan;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Held by whoever builds a plan; the system takes it from a process that ends. Its file stays: a new one of the same
/// name would be another lock.
final class BuildLock implements AutoCloseable {
    private static final long RETRY_MILLIS = 200;

    private final FileChannel channel;

    private BuildLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Waits for as long as somebody else has it.
    static BuildLock acquire(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            while (!isAcquired(channel)) {
                Thread.sleep(RETRY_MILLIS);
            }
            return new BuildLock(channel);
        } catch (InterruptedException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another process builds the same engine");
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean isAcquired(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another thread of this process
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
