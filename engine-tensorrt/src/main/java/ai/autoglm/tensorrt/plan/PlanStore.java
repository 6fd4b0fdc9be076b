package ai.autoglm.tensorrt.plan;

import ai.autoglm.toolkit.engine.EngineException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signed plans in a folder, one file each: a header with the key's text and the signature of key and plan, then the
/// plan at a page of its own, so that it is mapped and not read. A file appears under its name only when it is whole.
public final class PlanStore {
    private static final Logger LOG = LoggerFactory.getLogger(PlanStore.class);

    private static final byte[] MAGIC = "AUTOGLM PLAN 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SIGNATURE_BYTES = 32;
    static final int PAGE = 4096;
    /// What one buffer of Java can span, and a bit less.
    private static final long CHUNK = 1L << 30;

    private static final int MAX_KEY = 1 << 16;
    private static final Set<StandardOpenOption> NEW_FILE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<?> OWN_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Duration KEPT = Duration.ofDays(1);

    private final Path folder;
    private final SigningKey signingKey;
    private final List<FileChannel> used = new ArrayList<>(); // each with a lock that others see

    public PlanStore(Path folder, SigningKey signingKey) {
        this.folder = folder;
        this.signingKey = signingKey;
    }

    /// Whether [#map] would take what is there. Reads all of it.
    public boolean isUsable(PlanKey key) {
        try (Arena arena = Arena.ofConfined()) {
            map(key, arena);
            return true;
        } catch (EngineException e) {
            return false;
        }
    }

    /// Waits until nobody else builds the plan of this key.
    BuildLock lock(PlanKey key) throws IOException {
        Files.createDirectories(folder);
        return BuildLock.acquire(beside(key, ".lock"));
    }

    private Path beside(PlanKey key, String ending) {
        return folder.resolve(key.fileName() + ending);
    }

    public Path path(PlanKey key) {
        return folder.resolve(key.fileName());
    }

    /// Writes a plan, replacing an older one of the same key, and what a process that was killed has left of one.
    public void write(PlanKey key, MemorySegment plan) throws IOException {
        Files.createDirectories(folder);
        Path partial = beside(key, ".partial");
        Files.deleteIfExists(partial);
        try (FileChannel channel = FileChannel.open(partial, NEW_FILE, OWN_ONLY)) {
            byte[] text = key.text().getBytes(StandardCharsets.UTF_8);
            writeFully(channel, header(text, sign(text, plan)));
            channel.position(planOffset(text));
            for (long offset = 0; offset < plan.byteSize(); offset += CHUNK) {
                writeFully(channel, chunk(plan, offset));
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(partial);
            throw e;
        }
        Files.move(partial, path(key), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static ByteBuffer header(byte[] text, byte[] signature) {
        ByteBuffer header = ByteBuffer.allocate((int) planOffset(text));
        header.put(MAGIC).putInt(text.length).put(signature).put(text);
        return header.rewind();
    }

    private static long planOffset(byte[] text) {
        int bytes = MAGIC.length + Integer.BYTES + SIGNATURE_BYTES + text.length;
        return Math.ceilDiv((long) bytes, PAGE) * PAGE;
    }

    private byte[] sign(byte[] text, MemorySegment plan) {
        SigningKey.Signature signature = signingKey.begin();
        signature.update(text);
        for (long offset = 0; offset < plan.byteSize(); offset += CHUNK) {
            signature.update(chunk(plan, offset));
        }
        return signature.finish();
    }

    private static ByteBuffer chunk(MemorySegment plan, long offset) {
        return plan.asSlice(offset, Math.min(CHUNK, plan.byteSize() - offset)).asByteBuffer();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// Maps a plan that this installation has signed, or copies it where others could change it after the check.
    ///
    /// @param arena owns the mapping
    /// @throws EngineException when there is none, or one that was altered, signed by somebody else, or built for
    ///     another key
    public MemorySegment map(PlanKey key, Arena arena) {
        Path file = path(key);
        try {
            return verified(key, OwnFile.open(file, arena), file);
        } catch (NoSuchFileException e) {
            throw new EngineException(
                    "There is no engine for the " + key.part() + " in " + folder
                            + ": build it with 'autoglm build-engine'.",
                    e);
        } catch (IOException e) {
            throw new EngineException("The engine " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /// Says that this process has loaded a plan and may want it again for as long as it lives. Deletes plans of the
    /// same part that no process has, and that have been neither loaded nor built for a day; what stands in the way
    /// of that is left for the next time.
    public void use(PlanKey key) {
        try {
            Path file = path(key);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            used.add(channel);
            FileLock _ = channel.lock(0, Long.MAX_VALUE, true);
            deleteForgotten(key);
        } catch (IOException e) {
            LOG.warn("Engines that nobody needs may be left in {}: {}", folder, e.toString());
        }
    }

    private void deleteForgotten(PlanKey loaded) throws IOException {
        String plans = loaded.part() + "-*.plan{,.partial}";
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, plans)) {
            for (Path plan : found) {
                if (!plan.equals(path(loaded))) {
                    deleteIfForgotten(plan);
                }
            }
        }
    }

    private static void deleteIfForgotten(Path plan) throws IOException {
        Instant last = Files.getLastModifiedTime(plan).toInstant();
        if (last.isAfter(Instant.now().minus(KEPT))) {
            return;
        }
        try (FileChannel channel = FileChannel.open(plan, StandardOpenOption.WRITE)) {
            if (channel.tryLock() != null) {
                Files.delete(plan);
                LOG.info("Deleted {}, which has not been loaded since {}", plan, last);
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is this process's own", plan);
        }
    }

    private MemorySegment verified(PlanKey key, MemorySegment content, Path file) {
        ByteBuffer header =
                content.asSlice(0, Math.min(content.byteSize(), CHUNK)).asByteBuffer();
        byte[] magic = new byte[MAGIC.length];
        if (header.remaining() < MAGIC.length + Integer.BYTES + SIGNATURE_BYTES) {
            throw refused(file, "it is no plan");
        }
        header.get(magic);
        int length = header.getInt();
        byte[] signature = new byte[SIGNATURE_BYTES];
        header.get(signature);
        if (!MessageDigest.isEqual(magic, MAGIC) || length < 0 || length > Math.min(MAX_KEY, header.remaining())) {
            throw refused(file, "it is no plan");
        }
        byte[] text = new byte[length];
        header.get(text);
        if (planOffset(text) > content.byteSize()) {
            throw refused(file, "it is cut short");
        }
        MemorySegment plan = content.asSlice(planOffset(text));
        if (!MessageDigest.isEqual(signature, sign(text, plan))) {
            throw refused(file, "it was not signed with this installation's key, or was altered");
        }
        String built = new String(text, StandardCharsets.UTF_8);
        if (!built.equals(key.text())) {
            throw refused(file, key.difference(built));
        }
        return plan;
    }

    private static EngineException refused(Path file, String reason) {
        return new EngineException(
                "The engine " + file + " is not loaded: " + reason + "; build it again with 'autoglm build-engine'.");
    }
}
