package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What Grafana expects of a dashboard file.
final class DashboardTest {
    private record Place(int left, int top, int right, int bottom) {
        static Place of(JsonNode panel) {
            JsonNode position = panel.path("gridPos");
            int left = position.path("x").asInt();
            int top = position.path("y").asInt();
            return new Place(
                    left,
                    top,
                    left + position.path("w").asInt(),
                    top + position.path("h").asInt());
        }

        boolean overlaps(Place other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }
    }

    static Stream<Dashboard> dashboards() {
        return Dashboard.all().stream();
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panelsHaveTheirOwnPlaceAndNumber(Dashboard dashboard) {
        assertThat(dashboard.json().path("uid").asText()).startsWith("autoglm-");
        assertThat(dashboard.panels())
                .extracting(panel -> panel.path("id").asInt())
                .isNotEmpty()
                .doesNotHaveDuplicates()
                .allSatisfy(id -> assertThat(id).isPositive());
        List<Place> taken = new ArrayList<>();
        for (JsonNode panel : dashboard.panels()) {
            Place place = Place.of(panel);
            assertThat(taken).as(panel.path("title").asText()).noneMatch(place::overlaps);
            assertThat(place.right()).isLessThanOrEqualTo(24);
            taken.add(place);
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panelsSayWhatTheyShowAndAskTheChosenPrometheus(Dashboard dashboard) {
        for (JsonNode panel : dashboard.panels()) {
            if (panel.path("type").asText().equals("row")) {
                continue;
            }
            String title = panel.path("title").asText();
            assertThat(panel.path("description").asText()).as(title).isNotBlank();
            assertThat(panel.path("targets")).as(title).isNotEmpty();
            assertThat(panel.path("targets"))
                    .extracting(target -> target.path("refId").asText())
                    .doesNotHaveDuplicates();
            assertThat(panel.path("targets"))
                    .allSatisfy(target -> assertThat(
                                    target.path("datasource").path("uid").asText())
                            .isEqualTo("${datasource}"));
        }
    }
}
