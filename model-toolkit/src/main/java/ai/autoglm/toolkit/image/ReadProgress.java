package ai.autoglm.toolkit.image;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ServingException;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import org.jspecify.annotations.Nullable;

/// Stops a reader between two rows once its deadline has passed.
final class ReadProgress implements IIOReadProgressListener {
    private final Deadline deadline;
    private @Nullable ServingException reason;

    ReadProgress(Deadline deadline) {
        this.deadline = deadline;
    }

    /// @throws ServingException why the reader was stopped, where it was
    void requireWhole() {
        if (reason != null) {
            throw reason;
        }
    }

    @Override
    public void imageProgress(ImageReader source, float percentageDone) {
        try {
            deadline.check();
        } catch (ServingException passed) {
            reason = passed;
            source.abort();
        }
    }

    @Override
    public void sequenceStarted(ImageReader source, int minIndex) {}

    @Override
    public void sequenceComplete(ImageReader source) {}

    @Override
    public void imageStarted(ImageReader source, int imageIndex) {}

    @Override
    public void imageComplete(ImageReader source) {}

    @Override
    public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

    @Override
    public void thumbnailProgress(ImageReader source, float percentageDone) {}

    @Override
    public void thumbnailComplete(ImageReader source) {}

    @Override
    public void readAborted(ImageReader source) {}
}
