package ai.autoglm.gateway.openai;

/// A piece of a message's content. Media are still as the client wrote them.
public sealed interface ContentPart {
    record Text(String text) implements ContentPart {}

    /// @param url a data URL, or a remote one where those are allowed
    /// @param param where it stood in the request, such as `messages[0].content[1].image_url`
    record Image(String url, String param) implements ContentPart {}

    /// @param data base64, with or without a `data:` prefix
    /// @param param where it stood in the request
    record Audio(String data, String param) implements ContentPart {}
}
