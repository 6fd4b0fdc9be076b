package ai.autoglm.gateway.error;

import ai.autoglm.gateway.openai.OpenAiJson;
import org.jspecify.annotations.Nullable;

/// `{"error":{…}}` with its four keys, which are always there.
public record ErrorBody(Detail error) {
    /// @param param dotted path of the field to blame
    public record Detail(
            String message,
            String type,
            @Nullable String param,
            @Nullable String code) {}

    static ErrorBody of(String message, String type, @Nullable String param, String code) {
        return new ErrorBody(new Detail(message, type, param, code));
    }

    public String json() {
        return OpenAiJson.write(this);
    }
}
