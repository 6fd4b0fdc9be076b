package ai.autoglm.decoder;

import ai.autoglm.decoder.fuse.FusionLayer;
import ai.autoglm.decoder.kvcache.Swap;
import ai.autoglm.decoder.model.DecoderModel;
import ai.autoglm.toolkit.engine.SavedRows;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rows of idle sequences in host memory: of the KV cache and of the fusion layer. Owned by the decode-loop thread.
final class SwapSpace implements AutoCloseable {
    private final DecoderModel model;
    private final @Nullable FusionLayer fusion;
    private final Map<Integer, Session> sessions = new HashMap<>();

    private record Session(SavedRows rows, Optional<SavedRows> media) {
        void close() {
            rows.close();
            media.ifPresent(SavedRows::close);
        }
    }

    SwapSpace(DecoderModel model, @Nullable FusionLayer fusion) {
        this.model = model;
        this.fusion = fusion;
    }

    void take(Swap swap) {
        switch (swap) {
            case Swap.Save(int session, int slot, int rowCount, int mediaRows) ->
                sessions.put(
                        session,
                        new Session(
                                model.save(slot, rowCount),
                                fusion == null ? Optional.empty() : fusion.save(slot, mediaRows)));
            case Swap.Restore(int session, int slot) -> restore(session, slot);
            case Swap.Drop(int session) -> {
                Session dropped = sessions.remove(session);
                if (dropped != null) {
                    dropped.close();
                }
            }
        }
    }

    private void restore(int number, int slot) {
        Session session = sessions.get(number);
        if (session == null) {
            throw new IllegalStateException("Session " + number + " is not saved");
        }
        model.restore(session.rows(), slot);
        if (fusion != null && session.media().isPresent()) {
            fusion.restore(session.media().get(), slot);
        }
    }

    @Override
    public void close() {
        sessions.values().forEach(Session::close);
    }
}
