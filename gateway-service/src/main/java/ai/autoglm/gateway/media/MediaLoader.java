package ai.autoglm.gateway.media;

import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.ContentPart;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.image.ImageHeader;
import ai.autoglm.toolkit.image.ImagePreprocessing;
import ai.autoglm.toolkit.image.ImagePreprocessor;
import ai.autoglm.toolkit.position.PatchGrid;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Takes media out of requests: bytes, and for images the prompt tokens they will take, which the header
/// tells. No pixel and no sample is decoded here. Any number of threads may use one instance. Source: ARCHITECTURE.md,
/// step 3.
public final class MediaLoader {
    private final @Nullable ImageGrids grids;
    private final boolean hears;
    private final MediaLimits limits;
    private final RemoteFiles remoteFiles;

    /// @param bundle what it has no encoder for is refused
    public MediaLoader(BundleManifest bundle, MediaLimits limits, RemoteFiles remoteFiles) {
        VisionSpec vision = bundle.vision();
        this.grids = vision == null ? null : ImageGrids.of(vision, limits);
        this.hears = bundle.audio() != null;
        this.limits = limits;
        this.remoteFiles = remoteFiles;
    }

    /// All media of a request, in prompt order.
    ///
    /// @param held of the request: what is fetched for it is added
    /// @throws ServingException of a code of API 1.3, with the medium's place in the request as its param
    public List<Medium> load(ChatRequest request, HeldBytes.Share held) {
        List<ContentPart> parts = request.messages().stream()
                .flatMap(message -> message.content().stream())
                .toList();
        List<Medium> media = new ArrayList<>();
        long totalBytes = 0;
        long totalPixels = 0;
        for (ContentPart part : parts) {
            Optional<Loaded> loaded = load(part, held);
            if (loaded.isPresent()) {
                Medium medium = loaded.get().medium();
                totalBytes += medium.bytes().size();
                totalPixels += loaded.get().pixels();
                limitTotal(totalBytes, totalPixels, medium.param());
                media.add(medium);
            }
        }
        return List.copyOf(media);
    }

    /// @param pixels of an image, before it is resized
    private record Loaded(Medium medium, long pixels) {}

    private Optional<Loaded> load(ContentPart part, HeldBytes.Share held) {
        return switch (part) {
            case ContentPart.Text _ -> Optional.empty();
            case ContentPart.Image image -> Optional.of(located(image.param(), () -> image(image, held)));
            case ContentPart.Audio audio ->
                Optional.of(located(audio.param(), () -> new Loaded(audio(audio, held), 0)));
        };
    }

    private Loaded image(ContentPart.Image part, HeldBytes.Share held) {
        if (grids == null) {
            throw unsupported("see images");
        }
        byte[] file = RemoteUrl.isRemote(part.url())
                ? remoteFiles.fetch(part.url(), MediaKind.IMAGE, limits.maxImageBytes(), held)
                : InlineFile.ofUrl(part.url(), MediaKind.IMAGE, limits.maxImageBytes());
        ImageHeader header = ImageHeader.read(file, limits.image());
        PatchGrid grid = grids.preprocessor().gridFor(header.width(), header.height());
        Medium image = new Medium.Image(
                UnsafeByteOperations.unsafeWrap(file),
                sha256(ByteBuffer.wrap(file)),
                part.param(),
                grid.rows() / grids.mergeSize(),
                grid.columns() / grids.mergeSize());
        return new Loaded(image, (long) header.width() * header.height());
    }

    private Medium audio(ContentPart.Audio part, HeldBytes.Share held) {
        if (!hears) {
            throw unsupported("hear audio");
        }
        byte[] file = RemoteUrl.isRemote(part.data())
                ? remoteFiles.fetch(part.data(), MediaKind.AUDIO, limits.maxAudioBytes(), held)
                : InlineFile.ofBase64(part.data(), MediaKind.AUDIO, limits.maxAudioBytes());
        return Medium.Audio.of(UnsafeByteOperations.unsafeWrap(file), part.param());
    }

    private void limitTotal(long totalBytes, long totalPixels, String param) {
        if (totalBytes > limits.maxTotalBytes()) {
            throw new ServingException(
                            ErrorCode.REQUEST_TOO_LARGE,
                            "The images and audios of a request may have at most %d bytes together."
                                    .formatted(limits.maxTotalBytes()))
                    .withParam(param);
        }
        if (totalPixels > limits.maxTotalPixels()) {
            throw new ServingException(
                            ErrorCode.IMAGE_TOO_LARGE,
                            "The images of a request may have at most %d pixels together, but those up to this one have"
                                            .formatted(limits.maxTotalPixels())
                                    + " " + totalPixels + ".")
                    .withParam(param);
        }
    }

    private static Loaded located(String param, Supplier<Loaded> loading) {
        try {
            return loading.get();
        } catch (ServingException e) {
            throw e.withParam(param);
        }
    }

    static ByteString sha256(ByteBuffer file) {
        MessageDigest digest = Sha256.begin();
        digest.update(file);
        return UnsafeByteOperations.unsafeWrap(digest.digest());
    }

    private static ServingException unsupported(String ability) {
        return new ServingException(
                ErrorCode.UNSUPPORTED_CONTENT_TYPE, "The model that this server has loaded cannot " + ability + ".");
    }

    /// How the model cuts images.
    private record ImageGrids(ImagePreprocessor preprocessor, int mergeSize) {
        static ImageGrids of(VisionSpec vision, MediaLimits limits) {
            return new ImageGrids(
                    new ImagePreprocessor(ImagePreprocessing.of(vision), limits.image()), vision.mergeSize());
        }
    }
}
