package ai.autoglm.gateway.media;

import java.nio.ByteBuffer;

/// The file of a medium, which nobody changes. Equal by content.
public final class MediaBytes {
    private final byte[] bytes;
    private final ContentHash sha256;

    /// Takes the array over: nobody else may keep it.
    MediaBytes(byte[] bytes) {
        this.bytes = bytes;
        this.sha256 = ContentHash.of(bytes);
    }

    public int size() {
        return bytes.length;
    }

    public ContentHash sha256() {
        return sha256;
    }

    /// A view of all bytes, without a copy.
    public ByteBuffer asReadOnlyBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MediaBytes that && sha256.equals(that.sha256);
    }

    @Override
    public int hashCode() {
        return sha256.hashCode();
    }

    @Override
    public String toString() {
        return bytes.length + " bytes " + sha256.hex();
    }
}
