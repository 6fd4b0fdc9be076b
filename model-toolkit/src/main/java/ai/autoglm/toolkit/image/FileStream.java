package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.deadline.Deadline;
import javax.imageio.stream.ImageInputStreamImpl;

/// The bytes of a picture for ImageIO's readers, which look at the deadline through it: some of them pass over a
/// whole picture many times while they read a few bytes, so no read gives many.
final class FileStream extends ImageInputStreamImpl {
    private static final int MAX_BYTES_PER_READ = 256;

    private final byte[] bytes;
    private final Deadline deadline;

    FileStream(byte[] bytes, Deadline deadline) {
        this.bytes = bytes;
        this.deadline = deadline;
    }

    @Override
    public int read() {
        bitOffset = 0;
        if (streamPos >= bytes.length) {
            return -1;
        }
        if ((streamPos & (MAX_BYTES_PER_READ - 1)) == 0) {
            deadline.check();
        }
        return bytes[(int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        deadline.check();
        bitOffset = 0;
        if (streamPos >= bytes.length) {
            return -1;
        }
        int count = (int) Math.min(Math.min(length, MAX_BYTES_PER_READ), bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
