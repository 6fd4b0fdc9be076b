package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.MediaRowChunk;
import ai.autoglm.decoder.fuse.PromptSegment.MediaRun;
import ai.autoglm.proto.rows.RowTypes;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.MediaRows;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.lang.foreign.MemorySegment;

/// Checks a message of media rows and places it in the prompt. Whether rows are complete and in order is
/// the business of whoever consumes them.
record MediaRowReader(FusedPrompt prompt, RowFormat format) {
    /// @throws ServingException with [ErrorCode#INTERNAL] when the rows do not belong to this prompt and
    ///     model, or are not finite: another service made them, not the client
    MediaRowChunk read(MediaRows message) {
        int segmentIndex = message.getSegmentIndex();
        require(
                segmentIndex >= 0
                        && segmentIndex < prompt.segments().size()
                        && prompt.segments().get(segmentIndex) instanceof MediaRun,
                "segment " + Integer.toUnsignedString(segmentIndex) + " of the prompt is no medium");
        EmbeddingRows rows = message.getRows();
        int rowCount = prompt.segments().get(segmentIndex).positions().tokenCount();
        long end = Integer.toUnsignedLong(rows.getFirstRow()) + Integer.toUnsignedLong(rows.getRowCount());
        require(rows.getRowCount() != 0 && end <= rowCount, "rows up to " + end + " of a medium that has " + rowCount);
        require(
                rows.getRowType() == RowTypes.of(format.type()),
                "rows are " + format.type() + " here, not " + rows.getRowType());
        require(
                rows.getWidth() == format.width(),
                "a row has " + format.width() + " values, not " + Integer.toUnsignedString(rows.getWidth()));
        long bytes = rows.getRowCount() * format.rowBytes();
        require(
                rows.getData().size() == bytes,
                rows.getRowCount() + " rows take " + bytes + " bytes, not "
                        + rows.getData().size());
        FloatView values = new FloatView(
                format.type(), MemorySegment.ofBuffer(rows.getData().asReadOnlyByteBuffer()));
        require(values.firstNotFinite().isEmpty(), "a value is not finite");
        return new MediaRowChunk(
                prompt.mediaBeforeSegment(segmentIndex) + rows.getFirstRow(), rows.getRowCount(), values);
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new ServingException(ErrorCode.INTERNAL, "Embedding rows do not fit: " + rule + ".");
        }
    }
}
