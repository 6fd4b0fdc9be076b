package ai.autoglm.backend;

import io.grpc.ServiceDescriptor;

/// How a backend is called.
///
/// @param service in settings, meters and logs, such as `vision-encoder`
/// @param grpcService on the wire, such as `autoglm.v1.VisionEncoder`
public record BackendName(String service, String grpcService) {
    public static BackendName of(String service, ServiceDescriptor grpc) {
        return new BackendName(service, grpc.getName());
    }

    /// Such as `vision encoder`.
    String inWords() {
        return service.replace('-', ' ');
    }

    /// The sentence for a process that ends before it serves.
    String cannotStart(RuntimeException reason) {
        return "The " + inWords() + " cannot start: " + reason.getMessage();
    }
}
