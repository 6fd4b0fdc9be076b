package ai.autoglm.toolkit.audio;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The whole audio frames of an MP3 file, without tags, junk between frames, an incomplete last frame and the
/// encoder's information frame. Knowing them all before the first is decoded gives the length at no cost.
///
/// @param stream the frames, one after the other, to be read once
/// @param header of the first frame; all belong to the same stream
/// @param gapless what the encoder added around the sound
record Mp3Frames(InputStream stream, int frameCount, MpegHeader header, Gapless gapless) {
    private static final int ID3_HEADER_BYTES = 10;
    private static final int ID3_FOOTER_FLAG = 0x10;

    static Mp3Frames read(byte[] data) {
        int position = firstFrame(data);
        MpegHeader stream = MpegHeader.at(data, position)
                .orElseThrow(
                        () -> AudioDecoder.invalidAudio("Audio could not be decoded: the MP3 file has no whole frame"));
        Optional<Gapless> information = Gapless.read(data, position, stream);
        if (information.isPresent()) {
            position += stream.frameBytes();
        }
        ByteArrayOutputStream frames = new ByteArrayOutputStream(data.length - position);
        int frameCount = 0;
        while (position < data.length) {
            Optional<MpegHeader> header = MpegHeader.at(data, position).filter(stream::sameStream);
            if (header.isEmpty()) {
                position++;
                continue;
            }
            int end = position + header.get().frameBytes();
            if (end <= data.length) {
                frames.write(data, position, end - position);
                frameCount++;
            }
            position = end;
        }
        return new Mp3Frames(
                new ByteArrayInputStream(frames.toByteArray()), frameCount, stream, information.orElse(Gapless.NONE));
    }

    /// The first header that is followed by another at the right distance: a sync word alone is found in any data.
    private static int firstFrame(byte[] data) {
        int position = endOfTags(data);
        while (position < data.length && !isFollowedByFrame(data, position)) {
            position++;
        }
        return position;
    }

    private static boolean isFollowedByFrame(byte[] data, int position) {
        Optional<MpegHeader> header = MpegHeader.at(data, position);
        if (header.isEmpty()) {
            return false;
        }
        int next = position + header.get().frameBytes();
        return next == data.length
                || MpegHeader.at(data, next).filter(header.get()::sameStream).isPresent();
    }

    private static int endOfTags(byte[] data) {
        int position = 0;
        while (AudioFormat.startsWith(data, position, "ID3") && position + ID3_HEADER_BYTES <= data.length) {
            int bytes = ID3_HEADER_BYTES;
            if ((data[position + 5] & ID3_FOOTER_FLAG) != 0) {
                bytes += ID3_HEADER_BYTES;
            }
            for (int i = 6; i < ID3_HEADER_BYTES; i++) {
                bytes += (data[position + i] & 0x7F) << (7 * (ID3_HEADER_BYTES - 1 - i));
            }
            position = (int) Math.min((long) position + bytes, data.length);
        }
        return position;
    }

    /// What the information frame of LAME and FFmpeg says about samples that are not part of the sound.
    ///
    /// @param delay samples that the encoder put before it
    /// @param padding samples that the encoder put behind it
    record Gapless(int delay, int padding) {
        static final Gapless NONE = new Gapless(0, 0);

        static Optional<Gapless> read(byte[] data, int frame, MpegHeader header) {
            int tag = frame + MpegHeader.BYTES + header.sideInfoBytes();
            if (!AudioFormat.startsWith(data, tag, "Xing") && !AudioFormat.startsWith(data, tag, "Info")) {
                return Optional.empty();
            }
            ByteBuffer file = ByteBuffer.wrap(data);
            int flags = file.getInt(tag + 4);
            // frame count, byte count, table of contents, quality
            int optionalBytes = (flags & 1) * 4 + (flags & 2) * 2 + (flags & 4) * 25 + (flags & 8) / 2;
            int encoder = tag + 8 + optionalBytes;
            int lengths = encoder + 21;
            if (lengths + 4 > frame + header.frameBytes()) {
                return Optional.of(NONE);
            }
            int delayAndPadding = file.getInt(lengths) >>> 8;
            return Optional.of(new Gapless(delayAndPadding >> 12, delayAndPadding & 0xFFF));
        }
    }
}
