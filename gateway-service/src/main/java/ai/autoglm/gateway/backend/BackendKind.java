package ai.autoglm.gateway.backend;

import ai.autoglm.proto.v1.AudioEncoderGrpc;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import io.grpc.MethodDescriptor;

/// The services that a gateway calls.
public enum BackendKind {
    VISION_ENCODER("vision-encoder"),
    AUDIO_ENCODER("audio-encoder"),
    DECODER("decoder");

    private final String serviceName;

    BackendKind(String serviceName) {
        this.serviceName = serviceName;
    }

    /// How a backend of this kind names itself in `Describe`.
    public String serviceName() {
        return serviceName;
    }

    /// How a sentence names it, such as "vision encoder".
    public String label() {
        return serviceName.replace('-', ' ');
    }

    MethodDescriptor<DescribeRequest, DescribeResponse> describe() {
        return switch (this) {
            case VISION_ENCODER -> VisionEncoderGrpc.getDescribeMethod();
            case AUDIO_ENCODER -> AudioEncoderGrpc.getDescribeMethod();
            case DECODER -> DecoderGrpc.getDescribeMethod();
        };
    }
}
