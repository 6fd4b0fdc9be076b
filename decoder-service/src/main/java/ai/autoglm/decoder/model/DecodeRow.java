package ai.autoglm.decoder.model;

/// One sequence's part of a decode run: its last token, to be written to the KV cache.
///
/// @param row index in the sequence, and so in its slot of the KV cache
/// @param position rotary position, the same on all axes
public record DecodeRow(int slot, int row, int tokenId, int position) {}
