package ai.autoglm.gateway.encode;

import java.util.List;

/// All media of a request in prompt order, each accepted by its encoder. Closing it cancels what is
/// still under way.
public record EncodedMedia(List<EncodedMedium> media, Runnable cancel) implements AutoCloseable {
    public EncodedMedia {
        media = List.copyOf(media);
    }

    @Override
    public void close() {
        cancel.run();
    }
}
