/// Vorbis I in Ogg, decoded from the specification and safe against hostile files: what is allocated is bounded by
/// constants and the file's size, and each packet's work by the samples that come out of it. [VorbisStream] is the
/// entry.
@NullMarked
package ai.autoglm.toolkit.vorbis;

import org.jspecify.annotations.NullMarked;
