package ai.autoglm.gateway.transcription;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The fields and files of a `multipart/form-data` body. It remembers which names were asked for, so that
/// what nobody knows can be told.
final class MultipartForm {
    private static final int MAX_PART_COUNT = 64;
    private static final int MAX_FIELD_LENGTH = 65_536;

    private final Map<String, List<String>> fields = new HashMap<>();
    private final Map<String, ByteString> files = new HashMap<>();
    private final Set<String> known = new HashSet<>();

    private MultipartForm() {}

    /// @param contentType with the boundary
    /// @param body whole; its size is the caller's to bound
    /// @throws ServingException INVALID_VALUE when it is no form, or has too many parts or one part twice
    static MultipartForm parse(String contentType, byte[] body) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        HttpPostMultipartRequestDecoder decoder;
        try {
            decoder = new HttpPostMultipartRequestDecoder(
                    new DefaultHttpDataFactory(false), request, StandardCharsets.UTF_8, MAX_PART_COUNT, 0);
        } catch (RuntimeException e) {
            throw malformed(e);
        }
        try {
            decoder.offer(new DefaultLastHttpContent(Unpooled.wrappedBuffer(body)));
            MultipartForm form = new MultipartForm();
            for (InterfaceHttpData part : decoder.getBodyHttpDatas()) {
                form.add(part);
            }
            return form;
        } catch (ServingException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The decoder tells a broken form by exceptions of many kinds.
            throw malformed(e);
        } finally {
            decoder.destroy();
        }
    }

    /// @throws ServingException when the file is missing, empty, or an ordinary field
    ByteString requireFile(String name) {
        known.add(name);
        ByteString file = files.get(name);
        if (file != null) {
            return file;
        }
        if (fields.containsKey(name)) {
            throw error(ErrorCode.INVALID_TYPE, name, "must be a file, not a text field.");
        }
        throw error(ErrorCode.MISSING_REQUIRED_PARAMETER, name, "is required.");
    }

    /// A field's value; empty where the form does not have it or leaves it empty.
    Optional<String> find(String name) {
        return findAll(name).stream().findFirst();
    }

    /// All values of a field that may be there several times.
    List<String> findAll(String name) {
        known.add(name);
        return fields.getOrDefault(name, List.of()).stream()
                .filter(value -> !value.isEmpty())
                .toList();
    }

    String oneOf(String name, List<String> values) {
        return find(name)
                .map(value -> {
                    if (!values.contains(value)) {
                        throw error(ErrorCode.INVALID_VALUE, name, "must be one of " + String.join(", ", values) + ".");
                    }
                    return value;
                })
                .orElse(values.getFirst());
    }

    boolean bool(String name) {
        return oneOf(name, List.of("false", "true")).equals("true");
    }

    /// Names of the fields that nobody has asked for.
    List<String> unknown() {
        return fields.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .toList();
    }

    /// @param rule what follows the field's name in the message
    static ServingException error(ErrorCode code, String name, String rule) {
        return new ServingException(code, "'" + name + "' " + rule).withParam(name);
    }

    private void add(InterfaceHttpData part) throws IOException {
        String name = part.getName();
        if (part instanceof FileUpload upload) {
            if (files.put(name, UnsafeByteOperations.unsafeWrap(upload.get())) != null) {
                throw twice(name);
            }
        } else if (part instanceof Attribute field) {
            if (field.length() > MAX_FIELD_LENGTH) {
                throw error(
                        ErrorCode.STRING_ABOVE_MAX_LENGTH,
                        name,
                        "may have at most " + MAX_FIELD_LENGTH + " bytes, not " + field.length() + ".");
            }
            List<String> values = fields.computeIfAbsent(name, _ -> new ArrayList<>());
            if (!values.isEmpty() && !name.endsWith("[]")) {
                throw twice(name);
            }
            values.add(field.getValue());
        }
    }

    private static ServingException twice(String name) {
        return error(ErrorCode.INVALID_VALUE, name, "must be there once only.");
    }

    private static ServingException malformed(Exception cause) {
        return new ServingException(
                ErrorCode.INVALID_VALUE,
                "The request body is not a complete multipart form of at most " + MAX_PART_COUNT + " parts.",
                cause);
    }
}
