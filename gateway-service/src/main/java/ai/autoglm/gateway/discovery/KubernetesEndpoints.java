package ai.autoglm.gateway.discovery;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The endpoints of Kubernetes services, by a watch on their EndpointSlices. A watch that breaks is taken up
/// again with a new list; while the API server cannot be reached, what was known last stays known.
final class KubernetesEndpoints implements EndpointSource {
    private static final Logger LOG = Logger.getLogger(KubernetesEndpoints.class);
    private static final long NO_RESYNC = 0;

    private final Target.Kubernetes target;
    private final KubernetesClient client;
    private @Nullable SharedIndexInformer<EndpointSlice> informer;
    private Set<DiscoveredEndpoint> known = Set.of();

    /// @param client stays its owner's
    KubernetesEndpoints(Target.Kubernetes target, KubernetesClient client) {
        this.target = target;
        this.client = client;
    }

    @Override
    public void start(Consumer<Set<DiscoveredEndpoint>> listener) {
        String namespace = target.namespace().orElse(Objects.requireNonNullElse(client.getNamespace(), "default"));
        SharedIndexInformer<EndpointSlice> slices = client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabels(target.labels())
                .runnableInformer(NO_RESYNC);
        informer = slices;
        slices.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(EndpointSlice slice) {
                tell(slices, listener);
            }

            @Override
            public void onUpdate(EndpointSlice before, EndpointSlice after) {
                tell(slices, listener);
            }

            @Override
            public void onDelete(EndpointSlice slice, boolean finalStateUnknown) {
                tell(slices, listener);
            }
        });
        slices.exceptionHandler((_, failure) -> {
            LOG.warnf(
                    "The EndpointSlices of %s in namespace %s cannot be watched right now; %d known endpoints stay in use: %s",
                    target.labels(), namespace, known.size(), failure.getMessage());
            return true;
        });
        var _ = slices.start();
    }

    @Override
    public void close() {
        if (informer != null) {
            informer.close();
        }
    }

    private synchronized void tell(
            SharedIndexInformer<EndpointSlice> slices, Consumer<Set<DiscoveredEndpoint>> listener) {
        Set<DiscoveredEndpoint> found = SliceEndpoints.of(slices.getStore().list(), target.port());
        if (!found.equals(known)) {
            known = found;
            listener.accept(found);
        }
    }
}
