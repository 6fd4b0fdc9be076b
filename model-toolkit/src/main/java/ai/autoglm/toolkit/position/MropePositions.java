package ai.autoglm.toolkit.position;

import ai.autoglm.toolkit.position.PositionRun.ImageRun;
import ai.autoglm.toolkit.position.PositionRun.TextRun;
import java.util.List;

/// The three position rows (temporal, height, width) of a prompt. Source: MODEL_SPEC A.5.
public final class MropePositions {
    private final int[] temporal; // [token]
    private final int[] height; // [token]
    private final int[] width; // [token]
    private int filled;
    private int next;

    private MropePositions(int tokenCount) {
        temporal = new int[tokenCount];
        height = new int[tokenCount];
        width = new int[tokenCount];
    }

    /// The positions of a whole prompt, given as its runs in order.
    public static MropePositions of(List<? extends PositionRun> layout) {
        int tokenCount = layout.stream().mapToInt(PositionRun::tokenCount).reduce(0, Math::addExact);
        MropePositions positions = new MropePositions(tokenCount);
        for (PositionRun run : layout) {
            switch (run) {
                case TextRun(int count) -> positions.appendText(count);
                case ImageRun(int rows, int columns) -> positions.appendImage(rows, columns);
            }
        }
        return positions;
    }

    public int tokenCount() {
        return temporal.length;
    }

    public int temporal(int token) {
        return temporal[token];
    }

    public int height(int token) {
        return height[token];
    }

    public int width(int token) {
        return width[token];
    }

    /// What to add to the index of a generated token in the sequence to have its position; never above 0.
    public int ropeDelta() {
        return next - tokenCount();
    }

    private void appendText(int count) {
        for (int i = 0; i < count; i++) {
            append(next, next, next);
            next++;
        }
    }

    private void appendImage(int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                append(next, next + row, next + column);
            }
        }
        next += Math.max(rows, columns);
    }

    private void append(int temporalPosition, int heightPosition, int widthPosition) {
        temporal[filled] = temporalPosition;
        height[filled] = heightPosition;
        width[filled] = widthPosition;
        filled++;
    }
}
