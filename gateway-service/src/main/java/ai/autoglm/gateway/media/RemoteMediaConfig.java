package ai.autoglm.gateway.media;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;
import java.util.Set;

/// Where media may be fetched from.
@ConfigMapping(prefix = "autoglm.media.remote")
public interface RemoteMediaConfig {
    /// Hosts that `http` and `https` URLs may name, exactly as they are written here. None: media come with
    /// the request or not at all.
    Optional<Set<String>> allowedHosts();
}
