package ai.autoglm.backend;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.launch.ManagementPort;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Where a backend is reached: its gRPC server, what that says of its health, and the management port.
@Singleton
public class BackendListener {
    private final GrpcServer grpc;
    private final GrpcHealthStorage health;
    private final String managementHost;
    private final int managementPort;

    BackendListener(
            GrpcServer grpc,
            GrpcHealthStorage health,
            @ConfigProperty(name = "quarkus.management.host") String managementHost,
            @ConfigProperty(name = "quarkus.management.port") int managementPort) {
        this.grpc = grpc;
        this.health = health;
        this.managementHost = managementHost;
        this.managementPort = managementPort;
    }

    /// Quarkus goes on without its gRPC server when the port is taken.
    ///
    /// @throws ServingException INVALID_CONFIGURATION when one of the ports is taken
    void requirePorts() {
        if (grpc.getPort() < 0) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "its gRPC port cannot be opened; is it taken? Set quarkus.grpc.server.port.");
        }
        ManagementPort.requireFree(managementHost, managementPort);
    }

    int grpcPort() {
        return grpc.getPort();
    }

    /// Says to those who ask over gRPC how the server is, and its only service.
    void report(String grpcService, ServingStatus status) {
        health.setStatus(GrpcHealthStorage.DEFAULT_SERVICE_NAME, status);
        health.setStatus(grpcService, status);
    }
}
