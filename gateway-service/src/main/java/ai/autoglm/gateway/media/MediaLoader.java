package ai.autoglm.gateway.media;

import ai.autoglm.gateway.media.Media.AudioMedia;
import ai.autoglm.gateway.media.Media.ImageMedia;
import ai.autoglm.gateway.openai.ChatMessage;
import ai.autoglm.gateway.openai.ContentPart;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.image.ImageHeader;
import ai.autoglm.toolkit.image.ImagePreprocessing;
import ai.autoglm.toolkit.image.ImagePreprocessor;
import ai.autoglm.toolkit.image.PatchGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Takes media out of requests: bytes, and for images the prompt tokens they will take, which the header tells. No
/// pixel
/// and no sample is decoded here. Any number of threads may use one instance. Source: ARCHITECTURE.md, step 3.
public final class MediaLoader {
    private final @Nullable ImageGrids grids;
    private final boolean hears;
    private final MediaLimits limits;

    /// @param bundle what it has no encoder for is refused
    public MediaLoader(BundleManifest bundle, MediaLimits limits) {
        VisionSpec vision = bundle.vision();
        this.grids = vision == null ? null : ImageGrids.of(vision, limits);
        this.hears = bundle.audio() != null;
        this.limits = limits;
    }

    /// All media of a conversation, in prompt order.
    ///
    /// @throws ServingException of a code of API 1.3, with the medium's place in the request as its param
    public List<Media> load(List<ChatMessage> messages) {
        List<Media> media = new ArrayList<>();
        long totalBytes = 0;
        for (ChatMessage message : messages) {
            for (ContentPart part : message.content()) {
                Media medium = load(part);
                if (medium != null) {
                    totalBytes += medium.bytes().size();
                    limitTotal(totalBytes, medium.param());
                    media.add(medium);
                }
            }
        }
        return List.copyOf(media);
    }

    private @Nullable Media load(ContentPart part) {
        return switch (part) {
            case ContentPart.Text _ -> null;
            case ContentPart.Image image -> located(image.param(), () -> image(image));
            case ContentPart.Audio audio -> located(audio.param(), () -> audio(audio));
        };
    }

    private ImageMedia image(ContentPart.Image part) {
        if (grids == null) {
            throw unsupported("see images");
        }
        byte[] file = InlineFile.ofUrl(part.url(), MediaKind.IMAGE, limits.maxImageBytes());
        ImageHeader header = ImageHeader.read(file, limits.image());
        PatchGrid grid = grids.preprocessor().gridFor(header.width(), header.height());
        return new ImageMedia(
                new MediaBytes(file),
                header.format(),
                grid.rows() / grids.mergeSize(),
                grid.columns() / grids.mergeSize(),
                part.param());
    }

    private AudioMedia audio(ContentPart.Audio part) {
        if (!hears) {
            throw unsupported("hear audio");
        }
        byte[] file = InlineFile.ofBase64(part.data(), MediaKind.AUDIO, limits.maxAudioBytes());
        return new AudioMedia(new MediaBytes(file), part.param());
    }

    private void limitTotal(long totalBytes, String param) {
        if (totalBytes > limits.maxTotalBytes()) {
            throw new ServingException(
                            ErrorCode.REQUEST_TOO_LARGE,
                            "The images and audios of a request may have at most %d bytes together."
                                    .formatted(limits.maxTotalBytes()))
                    .withParam(param);
        }
    }

    private static Media located(String param, Supplier<Media> loading) {
        try {
            return loading.get();
        } catch (ServingException e) {
            throw e.withParam(param);
        }
    }

    private static ServingException unsupported(String ability) {
        return new ServingException(
                ErrorCode.UNSUPPORTED_CONTENT_TYPE, "The model that this server has loaded cannot " + ability + ".");
    }

    /// How the model cuts images.
    private record ImageGrids(ImagePreprocessor preprocessor, int mergeSize) {
        static ImageGrids of(VisionSpec vision, MediaLimits limits) {
            ImagePreprocessing preprocessing = new ImagePreprocessing(
                    vision.minPixels(),
                    vision.maxPixels(),
                    vision.patchSize(),
                    vision.temporalPatchSize(),
                    vision.mergeSize(),
                    vision.mean(),
                    vision.standardDeviation());
            return new ImageGrids(new ImagePreprocessor(preprocessing, limits.image()), vision.mergeSize());
        }
    }
}
