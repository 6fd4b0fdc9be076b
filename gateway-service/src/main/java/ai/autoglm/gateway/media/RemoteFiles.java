package ai.autoglm.gateway.media;

import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// The only way by which this server fetches anything that a client names. It resolves a host once, checks
/// every address, and connects to the one that it has checked, keeping the name for `Host` and TLS. No
/// redirects, no proxies, no cookies, no credentials, no compression, and one error for whatever fails.
/// Source: API.md 6.1.
@Singleton
public final class RemoteFiles {
    /// Looks a name up.
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /// What a test has to change to fetch from its own machine; the defaults are the only ones in use.
    ///
    /// @param isAllowed whether an address may be connected to
    /// @param client of which only trust is ever another
    record Network(
            Resolver resolver,
            Predicate<InetAddress> isAllowed,
            Set<Integer> ports,
            HttpClientOptions client,
            Duration timeout) {
        static final Network INTERNET = new Network(
                InetAddress::getAllByName,
                PublicAddresses::contain,
                RemoteUrl.PORTS,
                new HttpClientOptions(),
                Duration.ofSeconds(5));
    }

    private static final Logger LOG = Logger.getLogger(RemoteFiles.class);
    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;

    private final Set<String> allowedHosts;
    private final Network network;
    private final HttpClient client;

    @Inject
    public RemoteFiles(Vertx vertx, RemoteMediaConfig config) {
        this(vertx, config.allowedHosts().orElse(Set.of()), Network.INTERNET);
    }

    RemoteFiles(Vertx vertx, Set<String> allowedHosts, Network network) {
        this.allowedHosts =
                allowedHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        this.network = network;
        this.client = vertx.createHttpClient(new HttpClientOptions(network.client())
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setKeepAlive(false)
                .setDecompressionSupported(false)
                .setVerifyHost(true)
                .setForceSni(true));
    }

    /// Fetches a file, on a thread that may wait.
    ///
    /// @param held of the request, which holds the file from its first byte on
    /// @throws ServingException FAILED_TO_DOWNLOAD_IMAGE whatever goes wrong, also for audio; where nothing may be
    ///     fetched at all, the code of a URL that cannot be used
    byte[] fetch(String url, MediaKind kind, long maxBytes, HeldBytes.Share held) {
        if (allowedHosts.isEmpty()) {
            throw new ServingException(
                    kind.badUrl(),
                    "Remote URLs are disabled on this server: send the %s as a data URL.".formatted(kind.word()));
        }
        try {
            return fetch(RemoteUrl.parse(url, network.ports()), maxBytes, held);
        } catch (ServingException e) {
            LOG.infof("A file was not fetched: %s", e.getCause() == null ? e.message() : e.getCause());
            throw e;
        }
    }

    @PreDestroy
    void close() {
        var _ = client.close();
    }

    private byte[] fetch(RemoteUrl url, long maxBytes, HeldBytes.Share held) {
        if (!allowedHosts.contains(url.host())) {
            throw RemoteUrl.refused("names a host that is not allowed");
        }
        long deadline = System.nanoTime() + network.timeout().toNanos();
        InetAddress address =
                await(CompletableFuture.supplyAsync(() -> address(url), Thread::startVirtualThread), deadline);
        RequestOptions request = new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, url.port())))
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.secure())
                .setURI(url.target())
                .putHeader("accept", "image/*, audio/*")
                .putHeader("accept-encoding", "identity");
        Download download = new Download(maxBytes, held);
        try {
            return await(download.start(client, request), deadline);
        } finally {
            download.close();
        }
    }

    /// One of the host's addresses, if all of them may be connected to.
    private InetAddress address(RemoteUrl url) {
        try {
            InetAddress[] addresses = network.resolver().resolve(url.host());
            if (addresses.length == 0 || !Arrays.stream(addresses).allMatch(network.isAllowed())) {
                throw RemoteUrl.refused("leads to an address that is not public");
            }
            return addresses[0];
        } catch (UnknownHostException e) {
            throw RemoteUrl.refused("names a host that nobody knows");
        }
    }

    private static <T> T await(CompletableFuture<T> result, long deadline) {
        try {
            return result.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ServingException known
                    ? known
                    : RemoteUrl.refused("could not be read: " + e.getCause());
        } catch (TimeoutException e) {
            throw RemoteUrl.refused("was not read in time");
        } catch (InterruptedException e) {
            throw ServingException.interrupted(e);
        }
    }
}
