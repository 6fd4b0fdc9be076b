package ai.autoglm.toolkit.chat;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;

/// A file that goes with a message, as the content part that carries it.
public sealed interface Attachment {
    /// The content part of API 1.3.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CONFIGURATION] when the file cannot be read
    ObjectNode part(JsonMapper json);

    record Image(Path file) implements Attachment {
        @Override
        public ObjectNode part(JsonMapper json) {
            ObjectNode part = json.createObjectNode().put("type", "image_url");
            // The server looks at the bytes; the declared type does not matter.
            part.putObject("image_url").put("url", "data:image/png;base64," + base64(file));
            return part;
        }
    }

    record Audio(Path file) implements Attachment {
        @Override
        public ObjectNode part(JsonMapper json) {
            ObjectNode part = json.createObjectNode().put("type", "input_audio");
            boolean mp3 = file.toString().toLowerCase(Locale.ROOT).endsWith(".mp3");
            part.putObject("input_audio").put("data", base64(file)).put("format", mp3 ? "mp3" : "wav");
            return part;
        }
    }

    private static String base64(Path file) {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new ServingException(ErrorCode.INVALID_CONFIGURATION, "Cannot read " + file + ".", e);
        }
    }
}
