package ai.autoglm.tensorrt.plan;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/// Content of a file that stays as it was when it was checked. A mapping shows what others write to the file later:
/// where only this process's own user can write, it is mapped; otherwise it is copied to memory of the process first.
final class OwnFile {
    /// What one buffer of Java can span, and a bit less.
    private static final long CHUNK = 1L << 30;

    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private static final Path PROCESS = Path.of("/proc/self");
    private static final int ROOT = 0;

    private OwnFile() {}

    /// @param arena owns the content
    static MemorySegment open(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return othersMayWrite(file)
                    ? copy(channel, arena)
                    : channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    /// Whether somebody else than the process's own user, or the one that owns the machine, can change the file.
    static boolean othersMayWrite(Path file) throws IOException {
        if (!Files.isDirectory(PROCESS)) {
            return true;
        }
        int owner = owner(file);
        boolean own = owner == ROOT || owner == owner(PROCESS);
        return !own || Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS_WRITE::contains);
    }

    /// By number: in a container the user of a process may have no name.
    private static int owner(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:uid");
    }

    private static MemorySegment copy(FileChannel channel, Arena arena) throws IOException {
        MemorySegment copy = arena.allocate(Math.max(1, channel.size()), PlanStore.PAGE);
        long size = channel.size();
        for (long offset = 0; offset < size; ) {
            ByteBuffer chunk =
                    copy.asSlice(offset, Math.min(CHUNK, size - offset)).asByteBuffer();
            int count = channel.read(chunk);
            if (count < 0) {
                return copy.asSlice(0, offset);
            }
            offset += count;
        }
        return copy.asSlice(0, size);
    }
}
