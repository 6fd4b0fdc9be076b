package ai.autoglm.gateway.media;

import ai.autoglm.toolkit.image.ImageLimits;

/// How large media may be.
///
/// @param maxImageBytes of one image file
/// @param maxAudioBytes of one audio file
/// @param maxTotalBytes of all files of a request
/// @param maxTotalPixels of all images of a request
public record MediaLimits(
        long maxImageBytes, long maxAudioBytes, long maxTotalBytes, long maxTotalPixels, ImageLimits image) {}
