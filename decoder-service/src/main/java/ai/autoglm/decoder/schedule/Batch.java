package ai.autoglm.decoder.schedule;

import java.util.List;

/// What runs next.
public sealed interface Batch {
    List<Sequence> sequences();

    /// Which row of the run's logits belongs to the next token of the sequence with this index.
    int logitsRow(int sequenceIndex);

    /// Rows `firstRow` to `endRow - 1` of one sequence's prompt.
    record PrefillBatch(Sequence sequence, int firstRow, int endRow) implements Batch {
        public int rowCount() {
            return endRow - firstRow;
        }

        /// Rows whose logits are wanted: the last, or all where the prompt's own tokens are scored.
        public int logitsRowCount() {
            return sequence.scoresPrompt() ? rowCount() : 1;
        }

        @Override
        public int logitsRow(int sequenceIndex) {
            return logitsRowCount() - 1;
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

        @Override
        public int logitsRow(int sequenceIndex) {
            return sequenceIndex;
        }
    }
}
