/// Everything between the bytes of an image file and the input of the vision tower: header, limits, decoding,
/// orientation, resizing and patches. The gateway reads headers only; the vision encoder runs the whole path, whose
/// one method is [ai.autoglm.toolkit.image.ImagePreprocessor#patches].
@NullMarked
package ai.autoglm.toolkit.image;

import org.jspecify.annotations.NullMarked;
