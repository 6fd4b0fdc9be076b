package ai.autoglm.system;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives tests that leave the services alone the one cluster that they share.
final class SharedCluster implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedCluster.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestCluster.class;
    }

    @Override
    public TestCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Start.class, _ -> Start.attempt(), Start.class)
                .cluster();
    }

    /// The one attempt to start the cluster: when it fails, it fails for all tests.
    private record Start(
            @Nullable TestCluster started, @Nullable Throwable failure) implements AutoCloseable {
        static Start attempt() {
            try {
                return new Start(TestCluster.start("shared"), null);
            } catch (RuntimeException | Error e) {
                return new Start(null, e);
            }
        }

        TestCluster cluster() {
            if (started == null) {
                throw new IllegalStateException("the shared cluster did not start", failure);
            }
            return started;
        }

        @Override
        public void close() {
            if (started != null) {
                started.close();
            }
        }
    }
}
