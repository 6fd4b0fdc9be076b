package ai.autoglm.gateway.backend;

import java.time.Duration;

/// How long a call may hear nothing.
///
/// @param progress after which its backend is ejected, and the call goes on elsewhere where there is an elsewhere
/// @param stall after which the call is given up in any case
public record CallPatience(Duration progress, Duration stall) {}
