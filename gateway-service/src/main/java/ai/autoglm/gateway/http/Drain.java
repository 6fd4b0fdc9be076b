package ai.autoglm.gateway.http;

import jakarta.inject.Singleton;

/// How far the process is on its way out.
///
/// | phase    | new requests | readiness, `/health` | connections              |
/// |----------|--------------|----------------------|--------------------------|
/// | SERVING  | served       | on                   | stay open                |
/// | LEAVING  | served       | on                   | end with the next answer |
/// | UNREADY  | served       | off                  | end with the next answer |
/// | REFUSING | 503          | off                  | end with the next answer |
@Singleton
final class Drain {
    enum Phase {
        SERVING,
        LEAVING,
        UNREADY,
        REFUSING
    }

    private volatile Phase phase = Phase.SERVING;

    void enter(Phase next) {
        phase = next;
    }

    /// Whether a load balancer should send requests here.
    boolean isReady() {
        return phase.compareTo(Phase.UNREADY) < 0;
    }

    boolean refuses() {
        return phase == Phase.REFUSING;
    }

    /// Whether connections are to end, so that clients open their next one elsewhere.
    boolean endsConnections() {
        return phase != Phase.SERVING;
    }
}
