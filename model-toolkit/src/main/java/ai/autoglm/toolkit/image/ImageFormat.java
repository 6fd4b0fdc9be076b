package ai.autoglm.toolkit.image;

/// The image formats that are accepted, recognised by their first bytes and by nothing else.
public enum ImageFormat {
    PNG,
    JPEG,
    WEBP,
    GIF
}
