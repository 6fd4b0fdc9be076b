package ai.autoglm.decoder.grpc;

import ai.autoglm.proto.stream.ServerExchange;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;

/// What Quarkus listens for, long before the model is loaded: hands calls on to the service once there is
/// one.
@GrpcService
class DecoderEndpoint extends DecoderGrpc.DecoderImplBase {
    private final DecoderProcess process;

    DecoderEndpoint(DecoderProcess process) {
        this.process = process;
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> response) {
        process.describe(response);
    }

    @Override
    public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> responses) {
        try {
            return process.calls().generate(responses);
        } catch (ServingException e) {
            return ServerExchange.refuse(responses, e);
        }
    }
}
