package ai.autoglm.system;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A socket to the gateway: what is sent and what comes back, byte for byte.
final class RawConnection implements AutoCloseable {
    private static final int READ_TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream input;

    /// An answer as it stood on the wire.
    ///
    /// @param headers by lower-case name
    record Response(String statusLine, Map<String, String> headers, String body) {
        Response {
            headers = Map.copyOf(headers);
        }
    }

    RawConnection(URI gateway) throws IOException {
        socket = new Socket(gateway.getHost(), gateway.getPort());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        input = new BufferedInputStream(socket.getInputStream());
    }

    /// Sends a POST with this head, to which the content length is added.
    ///
    /// @param head request line and headers, without the empty line
    void send(String head, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String whole = head.strip().replace("\n", "\r\n") + "\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        socket.getOutputStream().write(whole.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /// Reads one chunked answer up to its last chunk; the connection stays open.
    Response receive() throws IOException {
        String statusLine = readLine();
        Map<String, String> headers = readHeaders();
        if (!"chunked".equals(headers.get("transfer-encoding"))) {
            throw new AssertionError("not chunked: " + statusLine + " " + headers);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = readChunkSize(); size > 0; size = readChunkSize()) {
            body.write(input.readNBytes(size));
            readLine();
        }
        readLine();
        return new Response(statusLine, headers, body.toString(StandardCharsets.UTF_8));
    }

    /// Waits for the first byte of an answer.
    void awaitFirstByte() throws IOException {
        input.mark(1);
        if (input.read() < 0) {
            throw new EOFException("the server closed the connection without an answer");
        }
        input.reset();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Map<String, String> readHeaders() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private int readChunkSize() throws IOException {
        return Integer.parseInt(readLine(), 16);
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection after: " + line);
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
