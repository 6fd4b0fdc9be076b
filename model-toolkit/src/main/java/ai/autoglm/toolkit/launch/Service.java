package ai.autoglm.toolkit.launch;

/// The four kinds of process, with the ports of ARCHITECTURE.
public enum Service {
    VISION_ENCODER("vision-encoder", 9001, 9101),
    AUDIO_ENCODER("audio-encoder", 9002, 9102),
    DECODER("decoder", 9003, 9103),
    GATEWAY("gateway", 8000, 9100);

    private final String label;
    private final int port;
    private final int managementPort;

    Service(String label, int port, int managementPort) {
        this.label = label;
        this.port = port;
        this.managementPort = managementPort;
    }

    /// As in logs, options and module names.
    public String label() {
        return label;
    }

    /// Default port: HTTP for the gateway, gRPC for the others.
    public int port() {
        return port;
    }

    /// Default port of health and metrics.
    public int managementPort() {
        return managementPort;
    }

    @Override
    public String toString() {
        return label;
    }
}
