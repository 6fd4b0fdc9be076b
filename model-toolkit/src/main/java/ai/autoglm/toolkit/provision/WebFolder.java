package ai.autoglm.toolkit.provision;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A folder on a web server. A file that stopped half-way is gone on with where the server can do that.
public final class WebFolder {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration HEADERS_TIMEOUT = Duration.ofSeconds(60);
    private static final int MAX_REDIRECTS = 5;
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final HttpClient http;
    private final URI folder;
    private final @Nullable String authorization;
    private final Duration stallTimeout;

    /// @param authorization sent as the Authorization header, to this server and by this scheme only
    /// @param stallTimeout longest time without a byte
    public WebFolder(URI folder, SSLContext trust, @Nullable String authorization, Duration stallTimeout) {
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(trust)
                .build();
        this.folder = URI.create(folder.toString().replaceAll("/+$", "") + "/");
        this.authorization = authorization;
        this.stallTimeout = stallTimeout;
    }

    URI address(Path path) {
        try {
            // Three arguments, so that spaces and the like are quoted.
            return folder.resolve(new URI(null, null, path.toString(), null).getRawPath());
        } catch (URISyntaxException e) {
            throw new ServingException(ErrorCode.INVALID_CONFIGURATION, path + " cannot be part of an address.", e);
        }
    }

    /// Fetches what `file` lacks of a file. One attempt.
    ///
    /// @param arrived told how many bytes more there are
    /// @throws IOException when the server cannot be reached, stalls, or answers with an error that may pass
    /// @throws ServingException INVALID_CONFIGURATION when the server refuses for good
    void fetch(Path path, Path file, LongConsumer arrived) throws IOException, InterruptedException {
        URI address = address(path);
        for (int redirect = 0; redirect <= MAX_REDIRECTS; redirect++) {
            HttpResponse<Path> response = await(http.sendAsync(request(address, file), into(file)), file, arrived);
            int status = response.statusCode();
            if (status >= 300 && status < 400) {
                address = address.resolve(response.headers()
                        .firstValue("location")
                        .orElseThrow(() -> new IOException("a redirection that leads nowhere")));
            } else if (status == OK || status == PARTIAL_CONTENT || status == RANGE_NOT_SATISFIABLE) {
                return;
            } else if (status >= 500 || status == 429 || status == 408) {
                throw new IOException("the server answers " + status);
            } else {
                throw new ServingException(
                        ErrorCode.INVALID_CONFIGURATION, "The server answers " + status + " for " + address + ".");
            }
        }
        throw new ServingException(
                ErrorCode.INVALID_CONFIGURATION,
                "More than " + MAX_REDIRECTS + " redirections from " + address(path) + ".");
    }

    private HttpRequest request(URI address, Path file) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(HEADERS_TIMEOUT);
        if (authorization != null && isOwn(address)) {
            request.header("Authorization", authorization);
        }
        if (size(file) > 0) {
            request.header("Range", "bytes=" + size(file) + "-");
        }
        return request.build();
    }

    /// Whether an address is one of this server. Of the same scheme too: a redirection from https to http would show
    /// listeners who comes.
    boolean isOwn(URI address) {
        return folder.getScheme().equalsIgnoreCase(address.getScheme())
                && folder.getAuthority().equals(address.getAuthority());
    }

    private static HttpResponse.BodyHandler<Path> into(Path file) {
        return response -> switch (response.statusCode()) {
            case PARTIAL_CONTENT -> write(file, StandardOpenOption.APPEND);
            case OK -> write(file, StandardOpenOption.TRUNCATE_EXISTING);
            default -> BodySubscribers.replacing(file);
        };
    }

    private static BodySubscriber<Path> write(Path file, StandardOpenOption how) {
        return BodySubscribers.ofFile(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
    }

    /// Waits for the end of a transfer, and gives up when its file stops growing.
    private HttpResponse<Path> await(CompletableFuture<HttpResponse<Path>> transfer, Path file, LongConsumer arrived)
            throws IOException, InterruptedException {
        long size = size(file);
        long grownAt = System.nanoTime();
        try {
            while (true) {
                try {
                    HttpResponse<Path> response = transfer.get(1, TimeUnit.SECONDS);
                    arrived.accept(Math.max(0, size(file) - size));
                    return response;
                } catch (TimeoutException e) {
                    long now = size(file);
                    if (now > size) {
                        arrived.accept(now - size);
                        grownAt = System.nanoTime();
                    } else if (System.nanoTime() - grownAt > stallTimeout.toNanos()) {
                        throw new IOException("no byte for " + stallTimeout.toSeconds() + " s", e);
                    }
                    size = now;
                }
            }
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } finally {
            transfer.cancel(true);
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
