package ai.autoglm.system;

import ai.autoglm.proto.v1.AudioAnnouncement;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EncodeAudioRequest;
import ai.autoglm.proto.v1.EncodeAudioResponse;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.ImageAnnouncement;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;

/// Recorded bytes as messages of this release.
final class WireMessages {
    static final String ENCODE_IMAGE = "autoglm.v1.VisionEncoder/Encode";
    static final String ENCODE_AUDIO = "autoglm.v1.AudioEncoder/Encode";
    static final String GENERATE = "autoglm.v1.Decoder/Generate";
    static final String DESCRIBE = "/Describe";

    private WireMessages() {}

    /// Reads a message as this release understands it.
    static Message parse(String method, boolean fromClient, ByteString bytes) {
        return parse(parser(method, fromClient), bytes);
    }

    static <T> T parse(Parser<T> parser, ByteString bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("a message of an earlier release cannot be read", e);
        }
    }

    /// A client's message for another bundle than it was recorded with, which is the only thing that changes.
    static ByteString requestFor(String bundleId, String method, ByteString bytes) {
        return switch (parse(method, true, bytes)) {
            case EncodeImageRequest request
            when request.hasImage() -> {
                ImageAnnouncement image =
                        request.getImage().toBuilder().setBundleId(bundleId).build();
                yield request.toBuilder().setImage(image).build().toByteString();
            }
            case EncodeAudioRequest request
            when request.hasAudio() -> {
                AudioAnnouncement audio =
                        request.getAudio().toBuilder().setBundleId(bundleId).build();
                yield request.toBuilder().setAudio(audio).build().toByteString();
            }
            case GenerateRequest request
            when request.hasStart() -> {
                GenerateStart start =
                        request.getStart().toBuilder().setBundleId(bundleId).build();
                yield request.toBuilder().setStart(start).build().toByteString();
            }
            default -> bytes;
        };
    }

    /// The same of what a server says of itself.
    static ByteString descriptionFor(String bundleId, ByteString bytes) {
        return parse(DescribeResponse.parser(), bytes).toBuilder()
                .setBundleId(bundleId)
                .build()
                .toByteString();
    }

    private static Parser<? extends Message> parser(String method, boolean fromClient) {
        if (method.endsWith(DESCRIBE)) {
            return fromClient ? DescribeRequest.parser() : DescribeResponse.parser();
        }
        return switch (method) {
            case ENCODE_IMAGE -> fromClient ? EncodeImageRequest.parser() : EncodeImageResponse.parser();
            case ENCODE_AUDIO -> fromClient ? EncodeAudioRequest.parser() : EncodeAudioResponse.parser();
            case GENERATE -> fromClient ? GenerateRequest.parser() : GenerateResponse.parser();
            default -> throw new AssertionError("no service of this release has " + method);
        };
    }
}
