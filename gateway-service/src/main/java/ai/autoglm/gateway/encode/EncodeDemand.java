package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.metrics.PendingWork;
import ai.autoglm.gateway.metrics.PendingWork.Unit;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.bundle.VisionSpec;
import jakarta.inject.Singleton;

/// How much work a medium is to its encoder, in the units of [PendingWork].
@Singleton
final class EncodeDemand {
    private final PendingWork pending;
    private final String bundleId;
    private final int patchesPerToken;
    private final double framesPerToken;

    EncodeDemand(LoadedModel model, PendingWork pending) {
        this.pending = pending;
        this.bundleId = model.manifest().bundleId();
        VisionSpec vision = model.manifest().vision();
        AudioSpec audio = model.manifest().audio();
        this.patchesPerToken = vision == null ? 0 : vision.mergeSize() * vision.mergeSize();
        this.framesPerToken = audio == null ? 0 : audio.secondsPerToken() * audio.samplingRate() / audio.hopLength();
        if (vision != null) {
            pending.watch(Unit.PATCHES, bundleId);
        }
        if (audio != null) {
            pending.watch(Unit.FRAMES, bundleId);
        }
    }

    MediumWork open(Medium medium, RequestRecord record) {
        PendingWork.Share share = switch (medium) {
            case Medium.Image image ->
                pending.open(Unit.PATCHES, bundleId, (long) image.tokenCount() * patchesPerToken);
            case Medium.Audio _ -> pending.open(Unit.FRAMES, bundleId, 0);
        };
        return new MediumWork(medium, record, record.trace().beginCall("encode"), share, framesPerToken);
    }
}
