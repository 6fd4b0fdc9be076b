package ai.autoglm.decoder.schedule;

import java.util.List;

/// What runs next.
public sealed interface Batch {
    List<Sequence> sequences();

    /// Rows `firstRow` to `endRow - 1` of one sequence's prompt.
    record PrefillBatch(Sequence sequence, int firstRow, int endRow) implements Batch {
        public int rowCount() {
            return endRow - firstRow;
        }

        @Override
        public List<Sequence> sequences() {
            return List.of(sequence);
        }
    }

    /// The last token of each of these, in ascending slot order.
    record DecodeBatch(List<Sequence> sequences) implements Batch {
        public DecodeBatch {
            sequences = List.copyOf(sequences);
        }
    }
}
