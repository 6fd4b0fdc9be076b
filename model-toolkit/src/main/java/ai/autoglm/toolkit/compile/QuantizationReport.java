package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.graph.MatrixError;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What the matrices of a part lost when they were quantised.
///
/// @param errors in the order of the graph
/// @param keptPlain matrices that stay as they were, since their sizes do not fit blocks
public record QuantizationReport(String part, List<MatrixError> errors, List<String> keptPlain) {
    public QuantizationReport {
        errors = List.copyOf(errors);
        keptPlain = List.copyOf(keptPlain);
    }

    /// Whether anything was to be quantised.
    public boolean isEmpty() {
        return errors.isEmpty() && keptPlain.isEmpty();
    }

    /// The matrix that lost most.
    public Optional<MatrixError> worst() {
        return errors.stream().max(Comparator.comparingDouble(MatrixError::relativeError));
    }

    /// One line: how many matrices, and what was lost.
    public String summary() {
        String lost = worst().map(worst -> String.format(
                        Locale.ROOT,
                        "%d matrices quantised, relative error %.4f on average, at most %.4f (%s)",
                        errors.size(),
                        errors.stream()
                                .mapToDouble(MatrixError::relativeError)
                                .average()
                                .orElse(0),
                        worst.relativeError(),
                        worst.weight()))
                .orElse("no matrix quantised");
        return part + ": " + lost
                + (keptPlain.isEmpty() ? "" : "; " + keptPlain.size() + " kept, whose sizes do not fit");
    }

    /// A line for each matrix: part, weight and relative error, or "kept".
    List<String> lines() {
        return Stream.concat(
                        errors.stream()
                                .map(error -> String.format(
                                        Locale.ROOT, "%s\t%s\t%.5f", part, error.weight(), error.relativeError())),
                        keptPlain.stream().map(weight -> part + "\t" + weight + "\tkept"))
                .toList();
    }
}
