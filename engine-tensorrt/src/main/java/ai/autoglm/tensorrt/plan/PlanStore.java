package ai.autoglm.tensorrt.plan;

import ai.autoglm.toolkit.engine.EngineException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/// Signed plans in a folder, one file each: a header with the key's text and the signature of key and plan, then the
/// plan at a page of its own, so that it is mapped and not read. A file appears under its name only when it is whole.
public final class PlanStore {
    private static final byte[] MAGIC = "AUTOGLM PLAN 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SIGNATURE_BYTES = 32;
    static final int PAGE = 4096;
    /// What one buffer of Java can span, and a bit less.
    private static final long CHUNK = 1L << 30;

    private final Path folder;
    private final SigningKey signingKey;

    public PlanStore(Path folder, SigningKey signingKey) {
        this.folder = folder;
        this.signingKey = signingKey;
    }

    public boolean contains(PlanKey key) {
        return Files.isRegularFile(path(key));
    }

    public Path path(PlanKey key) {
        return folder.resolve(key.fileName());
    }

    /// Writes a plan, replacing an older one of the same key.
    public void write(PlanKey key, MemorySegment plan) throws IOException {
        Files.createDirectories(folder);
        Path partial = Files.createTempFile(folder, key.part().toString(), ".partial");
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
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
        if (!MessageDigest.isEqual(magic, MAGIC) || length < 0 || length > header.remaining()) {
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
