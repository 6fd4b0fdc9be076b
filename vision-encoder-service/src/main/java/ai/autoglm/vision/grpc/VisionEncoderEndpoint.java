package ai.autoglm.vision.grpc;

import ai.autoglm.proto.stream.ServerExchange;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;

/// What Quarkus listens for, long before the model is loaded: hands calls on to the service once there is
/// one.
@GrpcService
class VisionEncoderEndpoint extends VisionEncoderGrpc.VisionEncoderImplBase {
    private final VisionEncoderProcess process;

    VisionEncoderEndpoint(VisionEncoderProcess process) {
        this.process = process;
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> response) {
        process.describe(response);
    }

    @Override
    public StreamObserver<EncodeImageRequest> encode(StreamObserver<EncodeImageResponse> responses) {
        try {
            return process.calls().encode(responses);
        } catch (ServingException e) {
            return ServerExchange.refuse(responses, e);
        }
    }
}
