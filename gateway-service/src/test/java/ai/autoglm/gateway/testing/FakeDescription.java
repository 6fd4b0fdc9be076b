package ai.autoglm.gateway.testing;

import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.RowType;
import io.grpc.stub.StreamObserver;

/// What a fake backend says of itself, or that it says nothing.
public final class FakeDescription {
    private final String service;
    private volatile String name;
    private volatile String bundleId = TestBundle.ID;
    private volatile DescribeResponse.State state = DescribeResponse.State.STATE_SERVING;
    private volatile boolean silent;
    private volatile boolean reportsProgress = true;

    FakeDescription(String service) {
        this.service = service;
        this.name = service;
    }

    public void serveBundle(String id) {
        bundleId = id;
    }

    /// Is another service than its address lets expect.
    public void callItself(String other) {
        name = other;
    }

    /// Says that it is about to end, that it hangs, or that all is well.
    public void be(DescribeResponse.State next) {
        state = next;
    }

    /// Leaves questions open from now on, or answers them again.
    public void fallSilent(boolean now) {
        silent = now;
    }

    /// Is of a release that knew no progress of encoders.
    public void reportNoProgress() {
        reportsProgress = false;
    }

    void reset() {
        name = service;
        bundleId = TestBundle.ID;
        state = DescribeResponse.State.STATE_SERVING;
        silent = false;
        reportsProgress = true;
    }

    void answer(StreamObserver<DescribeResponse> responses) {
        if (silent) {
            return;
        }
        responses.onNext(DescribeResponse.newBuilder()
                .setService(name)
                .setBundleId(bundleId)
                .setEngine("fake")
                .setRowType(RowType.ROW_TYPE_FLOAT32)
                .setHiddenSize(FakeServer.WIDTH)
                .setMaxModelLen(service.equals("decoder") ? FakeDecoder.MAX_MODEL_LEN : 0)
                .setMaxNumSeqs(8)
                .setState(state)
                .setReportsProgress(reportsProgress)
                .build());
        responses.onCompleted();
    }
}
