package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.metrics.PendingWork;
import ai.autoglm.gateway.metrics.PendingWork.Unit;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.bundle.VisionSpec;
import jakarta.inject.Singleton;

/// How much work a medium is to its encoder, in the units of [PendingWork].
@Singleton
final class EncodeDemand {
    private final PendingWork pending;

    EncodeDemand(Models models, PendingWork pending) {
        this.pending = pending;
        models.onServe(this::watch);
    }

    MediumWork open(LoadedModel model, Medium medium, RequestRecord record) {
        PendingWork.Share share = switch (medium) {
            case Medium.Image image -> pending.open(Unit.PATCHES, model.bundleId(), patchCount(model, image));
            // Only an encoder tells how long it is. It counts before: where encoders are scaled to none, it has to wake
            // one.
            case Medium.Audio _ -> pending.open(Unit.FRAMES, model.bundleId(), 1);
        };
        return new MediumWork(medium, record, record.trace().beginCall("encode"), share, framesPerToken(model));
    }

    private void watch(LoadedModel model) {
        if (model.manifest().vision() != null) {
            pending.watch(Unit.PATCHES, model.bundleId());
        }
        if (model.manifest().audio() != null) {
            pending.watch(Unit.FRAMES, model.bundleId());
        }
    }

    /// Patches that the tower computes for an image.
    static long patchCount(LoadedModel model, Medium.Image image) {
        VisionSpec vision = model.manifest().vision();
        return vision == null ? 0 : (long) image.tokenCount() * vision.mergeSize() * vision.mergeSize();
    }

    private static double framesPerToken(LoadedModel model) {
        AudioSpec audio = model.manifest().audio();
        return audio == null ? 0 : audio.secondsPerToken() * audio.samplingRate() / audio.hopLength();
    }
}
