package ai.autoglm.toolkit.vorbis;

import org.jspecify.annotations.Nullable;

/// One packet of a stream, for one reader.
///
/// @param granulePosition where this packet's samples end in the stream, when it is the last that ends on its page
/// @param last whether the stream ends with it
record OggPacket(PacketBits bits, @Nullable Long granulePosition, boolean last) {}
