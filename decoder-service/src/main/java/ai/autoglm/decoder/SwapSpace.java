package ai.autoglm.decoder;

import ai.autoglm.decoder.fuse.FusionLayer;
import ai.autoglm.decoder.kvcache.Swap;
import ai.autoglm.decoder.model.OnnxDecoderModel;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.SavedRows;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rows of idle sequences in host memory: of the KV cache and of the fusion layer. Owned by the decode-loop thread.
final class SwapSpace implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SwapSpace.class);

    private final OnnxDecoderModel model;
    private final @Nullable FusionLayer fusion;
    private final Map<Integer, Session> sessions = new HashMap<>();

    private record Session(SavedRows rows, Optional<SavedRows> media) {
        void close() {
            rows.close();
            media.ifPresent(SavedRows::close);
        }
    }

    SwapSpace(OnnxDecoderModel model, @Nullable FusionLayer fusion) {
        this.model = model;
        this.fusion = fusion;
    }

    /// @return false when host memory was too short to save a session, which is gone then
    boolean take(Swap swap) {
        switch (swap) {
            case Swap.Save save -> {
                return save(save);
            }
            case Swap.Restore(int session, int slot) -> restore(session, slot);
            case Swap.Drop(int session) -> {
                Session dropped = sessions.remove(session);
                if (dropped != null) {
                    dropped.close();
                }
            }
        }
        return true;
    }

    private boolean save(Swap.Save save) {
        @Nullable SavedRows rows = null;
        try {
            rows = model.save(save.slot(), save.rowCount());
            Optional<SavedRows> media = fusion == null ? Optional.empty() : fusion.save(save.slot(), save.mediaRows());
            sessions.put(save.session(), new Session(rows, media));
            return true;
        } catch (EngineException e) {
            if (rows != null) {
                rows.close();
            }
            if (e.isDeviceLost()) {
                throw e;
            }
            LOG.warn("An idle sequence of {} tokens is forgotten: {}", save.rowCount(), e.getMessage());
            return false;
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
