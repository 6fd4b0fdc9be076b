package ai.autoglm.toolkit.vorbis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Reads, takes apart and builds Ogg files.
final class OggFile {
    static final int CONTINUED = 1;
    static final int FIRST = 2;
    static final int LAST = 4;

    private OggFile() {}

    static byte[] encoded(String name) {
        Path resources = Path.of(Objects.requireNonNull(System.getProperty("autoglm.root")))
                .resolve("model-toolkit/src/test/resources/audio");
        try {
            return Files.readAllBytes(resources.resolve(name));
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /// A page of one segment per packet or piece of one.
    static byte[] page(int flags, long granulePosition, int serialNumber, byte[]... segments) {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(27).order(ByteOrder.LITTLE_ENDIAN);
        header.put(new byte[] {'O', 'g', 'g', 'S', 0}).put((byte) flags).putLong(granulePosition);
        header.putInt(serialNumber).position(26).put((byte) segments.length);
        page.writeBytes(header.array());
        for (byte[] segment : segments) {
            page.write(segment.length);
        }
        for (byte[] segment : segments) {
            page.writeBytes(segment);
        }
        return withChecksums(page.toByteArray());
    }

    /// The file with the checksums that its bytes ask for, as far as its pages can be told apart.
    static byte[] withChecksums(byte[] file) {
        byte[] repaired = file.clone();
        int start = 0;
        while (start + 27 <= file.length) {
            int segments = Byte.toUnsignedInt(file[start + 26]);
            int end = start + 27 + segments;
            for (int i = start + 27; i < start + 27 + segments && i < file.length; i++) {
                end += Byte.toUnsignedInt(file[i]);
            }
            if (end > file.length) {
                break;
            }
            ByteBuffer.wrap(repaired)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(start + 22, OggPage.checksum(file, start, end));
            start = end;
        }
        return repaired;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    /// All samples of a file.
    static List<Float> decode(byte[] file) {
        VorbisStream stream = VorbisStream.open(file);
        List<Float> samples = new ArrayList<>();
        for (Optional<float[]> block = stream.next(); block.isPresent(); block = stream.next()) {
            for (float sample : block.get()) {
                samples.add(sample);
            }
        }
        return samples;
    }
}
