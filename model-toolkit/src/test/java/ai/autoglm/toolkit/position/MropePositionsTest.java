package ai.autoglm.toolkit.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.compile.TestFiles;
import ai.autoglm.toolkit.position.PositionRun.ImageRun;
import ai.autoglm.toolkit.position.PositionRun.TextRun;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MropePositionsTest {
    private static final int IMAGE_TOKEN = 2039;

    /// MODEL_SPEC A.5, worked example.
    @Test
    void walksTextImageText() {
        MropePositions positions = MropePositions.of(List.of(new TextRun(4), new ImageRun(2, 3), new TextRun(3)));
        assertThat(row(positions, positions::temporal)).containsExactly(0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 7, 8, 9);
        assertThat(row(positions, positions::height)).containsExactly(0, 1, 2, 3, 4, 4, 4, 5, 5, 5, 7, 8, 9);
        assertThat(row(positions, positions::width)).containsExactly(0, 1, 2, 3, 4, 5, 6, 4, 5, 6, 7, 8, 9);
        assertThat(positions.ropeDelta()).isEqualTo(-3);
    }

    @Test
    void countsTextOnly() {
        MropePositions positions = MropePositions.of(List.of(new TextRun(5)));
        assertThat(row(positions, positions::height)).containsExactly(0, 1, 2, 3, 4);
        assertThat(positions.ropeDelta()).isZero();
        assertThat(MropePositions.of(List.of()).ropeDelta()).isZero();
    }

    @Test
    void refusesAnImageWithoutTokens() {
        assertThatThrownBy(() -> new ImageRun(0, 3)).hasMessageContaining("0×3");
        assertThatThrownBy(() -> new TextRun(-1)).hasMessageContaining("-1");
    }

    @Test
    void givesGoldenPositions() throws IOException {
        for (JsonNode golden :
                new ObjectMapper().readTree(TestFiles.golden("golden.json").toFile())) {
            MropePositions positions = MropePositions.of(layout(golden));
            String name = golden.path("name").asText();
            JsonNode rows = golden.path("prompt_positions");
            assertThat(row(positions, positions::temporal)).as(name).isEqualTo(integers(rows.get(0)));
            assertThat(row(positions, positions::height)).as(name).isEqualTo(integers(rows.get(1)));
            assertThat(row(positions, positions::width)).as(name).isEqualTo(integers(rows.get(2)));
            assertThat(positions.tokenCount() + positions.ropeDelta())
                    .as(name)
                    .isEqualTo(golden.path("next_position").asInt());
        }
    }

    private static List<PositionRun> layout(JsonNode golden) {
        List<PositionRun> layout = new ArrayList<>();
        Iterator<JsonNode> grids = golden.path("image_grids").iterator();
        List<Integer> ids = integers(golden.path("prompt_token_ids"));
        for (int token = 0; token < ids.size(); ) {
            PositionRun run = new TextRun(1);
            if (ids.get(token) == IMAGE_TOKEN) {
                JsonNode grid = grids.next();
                run = new ImageRun(grid.get(1).asInt() / 2, grid.get(2).asInt() / 2);
            }
            layout.add(run);
            token += run.tokenCount();
        }
        return layout;
    }

    private static List<Integer> row(MropePositions positions, IntUnaryOperator axis) {
        return IntStream.range(0, positions.tokenCount()).map(axis).boxed().toList();
    }

    private static List<Integer> integers(JsonNode array) {
        return array.valueStream().map(JsonNode::asInt).toList();
    }
}
