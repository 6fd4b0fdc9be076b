package ai.autoglm.audio.grpc;

import ai.autoglm.proto.stream.ServerExchange;
import ai.autoglm.proto.v1.AudioEncoderGrpc;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EncodeAudioRequest;
import ai.autoglm.proto.v1.EncodeAudioResponse;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;

/// What Quarkus listens for, long before the model is loaded: hands calls on to the service once there is
/// one.
@GrpcService
class AudioEncoderEndpoint extends AudioEncoderGrpc.AudioEncoderImplBase {
    private final AudioEncoderProcess process;

    AudioEncoderEndpoint(AudioEncoderProcess process) {
        this.process = process;
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> response) {
        process.describe(response);
    }

    @Override
    public StreamObserver<EncodeAudioRequest> encode(StreamObserver<EncodeAudioResponse> responses) {
        try {
            return process.calls().encode(responses);
        } catch (ServingException e) {
            return ServerExchange.refuse(responses, e);
        }
    }
}
