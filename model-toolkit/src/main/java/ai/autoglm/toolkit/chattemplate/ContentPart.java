package ai.autoglm.toolkit.chattemplate;

/// One part of a turn's content.
public sealed interface ContentPart {
    /// Text as the client wrote it, byte for byte.
    record Text(String text) implements ContentPart {}

    /// The place of an image or an audio. Its data takes another way.
    record Media(MediaKind kind) implements ContentPart {}
}
