package ai.autoglm.backend;

import ai.autoglm.proto.trace.TraceHeaders;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// What every call of a backend passes.
@Singleton
class BackendInterceptors {
    @Produces
    @GlobalInterceptor
    @Singleton
    TraceHeaders traceHeaders() {
        return new TraceHeaders();
    }
}
