package ai.autoglm.gateway.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against an API server that keeps what it is given and tells those that watch.
class KubernetesEndpointsTest {
    private static final String NAMESPACE = "phones";

    private final KubernetesCrudDispatcher store = new KubernetesCrudDispatcher();
    private KubernetesMockServer server = newServer();
    private volatile Set<DiscoveredEndpoint> told = Set.of();

    @BeforeEach
    void start() {
        server.init();
    }

    @AfterEach
    void stop() {
        server.destroy();
    }

    @Test
    void followsTheSlicesOfAService() {
        try (KubernetesClient client = client();
                KubernetesEndpoints endpoints = watching("kubernetes:phones/decoder:grpc", client)) {
            apply(client, slice("decoder-1", "decoder", pod("decoder-a", "10.0.0.1", true, true, false)));
            awaitTold(endpoint("10.0.0.1", true));

            apply(client, slice("decoder-2", "decoder", pod("decoder-b", "10.0.0.2", true, true, false)));
            apply(client, slice("other-1", "vision-encoder", pod("vision-a", "10.0.0.3", true, true, false)));
            awaitTold(endpoint("10.0.0.1", true), endpoint("10.0.0.2", true));

            apply(client, slice("decoder-1", "decoder", pod("decoder-a", "10.0.0.1", false, true, true)));
            awaitTold(endpoint("10.0.0.1", false), endpoint("10.0.0.2", true));

            client.discovery()
                    .v1()
                    .endpointSlices()
                    .inNamespace(NAMESPACE)
                    .withName("decoder-1")
                    .delete();
            awaitTold(endpoint("10.0.0.2", true));
        }
    }

    @Test
    void followsTheSlicesWithLabels() {
        try (KubernetesClient client = client();
                KubernetesEndpoints endpoints = watching("kubernetes:phones/(tier=blue):9003", client)) {
            EndpointSlice blue = slice("blue-1", "decoder-blue", pod("a", "10.0.0.1", true, true, false));
            blue.getMetadata().getLabels().put("tier", "blue");
            apply(client, slice("green-1", "decoder-green", pod("b", "10.0.0.2", true, true, false)));
            apply(client, blue);

            awaitTold(endpoint("10.0.0.1", true));
        }
    }

    @Test
    void keepsWhatItKnowsWhileTheApiServerIsAway() throws Exception {
        int port = server.getPort();
        try (KubernetesClient client = client();
                KubernetesEndpoints endpoints = watching("kubernetes:phones/decoder:grpc", client)) {
            apply(client, slice("decoder-1", "decoder", pod("decoder-a", "10.0.0.1", true, true, false)));
            awaitTold(endpoint("10.0.0.1", true));

            server.destroy();
            Await.pause(Duration.ofMillis(300));
            assertThat(told).containsExactly(endpoint("10.0.0.1", true));

            server = newServer();
            server.init(InetAddress.getLoopbackAddress(), port);
            try (KubernetesClient again = client()) {
                apply(again, slice("decoder-1", "decoder", pod("decoder-b", "10.0.0.7", true, true, false)));
                awaitTold(endpoint("10.0.0.7", true));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true,true,false,true",
        "true,,,true",
        ",,,true",
        "false,false,false,false",
        "false,true,true,false",
        "true,true,true,false",
        "true,false,false,false"
    })
    void givesWorkToEndpointsThatServeAndStay(Boolean ready, Boolean serving, Boolean terminating, boolean takesWork) {
        EndpointSlice slice = slice("s", "decoder", pod("a", "10.0.0.1", ready, serving, terminating));

        assertThat(SliceEndpoints.of(Set.of(slice), "grpc")).containsExactly(endpoint("10.0.0.1", takesWork));
    }

    @Test
    void takesAPodOfTwoAddressFamiliesOnce() {
        EndpointSlice four = slice("four", "decoder", pod("a", "10.0.0.1", true, true, false));
        EndpointSlice six = slice("six", "decoder", pod("a", "fd00::1", true, true, false));
        six.setAddressType("IPv6");

        assertThat(SliceEndpoints.of(Set.of(six, four), "9003")).containsExactly(endpoint("10.0.0.1", true));
    }

    private KubernetesMockServer newServer() {
        return new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), store, false);
    }

    private KubernetesClient client() {
        return server.createClient(new JdkHttpClientFactory());
    }

    private KubernetesEndpoints watching(String target, KubernetesClient client) {
        KubernetesEndpoints endpoints = new KubernetesEndpoints((Target.Kubernetes) Target.parse(target), client);
        endpoints.start(found -> told = found);
        return endpoints;
    }

    private static void apply(KubernetesClient client, EndpointSlice slice) {
        client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(NAMESPACE)
                .resource(slice)
                .createOr(present -> present.update());
    }

    private void awaitTold(DiscoveredEndpoint... expected) {
        Await.until("it is told of " + Set.of(expected), () -> told.equals(Set.of(expected)));
    }

    private static EndpointSlice slice(String name, String service, Endpoint... endpoints) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .addToLabels("kubernetes.io/service-name", service)
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withName("grpc")
                .withPort(9003)
                .endPort()
                .withEndpoints(endpoints)
                .build();
    }

    private static Endpoint pod(String name, String address, Boolean ready, Boolean serving, Boolean terminating) {
        return new EndpointBuilder()
                .withAddresses(address)
                .withNewTargetRef()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endTargetRef()
                .withNewConditions()
                .withReady(ready)
                .withServing(serving)
                .withTerminating(terminating)
                .endConditions()
                .build();
    }

    private static DiscoveredEndpoint endpoint(String address, boolean takesWork) {
        return new DiscoveredEndpoint(new BackendAddress(address, 9003), takesWork);
    }
}
