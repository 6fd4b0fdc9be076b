package ai.autoglm.decoder.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.error.ServingException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class MediaRowQueueTest {
    private final MediaRowQueue queue = new MediaRowQueue(10, new RowBudget());

    @Test
    void givesRowsBackByOrdinal() {
        queue.add(rows(0, 3));
        queue.add(rows(3, 2));
        queue.consumeTo(2);
        assertThat(queue.readyEnd()).isEqualTo(5);
        assertThat(row(2)).isEqualTo(2);
        assertThat(row(4)).isEqualTo(4);
        assertThatThrownBy(() -> row(5)).hasMessage("Media row 5 has not arrived");
    }

    @Test
    void refusesRowsOutOfOrder() {
        queue.add(rows(0, 3));
        assertThatThrownBy(() -> queue.add(rows(4, 1)))
                .isInstanceOf(ServingException.class)
                .hasMessage("Media rows must arrive in prompt order: expected row 3 of 10, got rows 4 to 4.");
        assertThatThrownBy(() -> queue.add(rows(2, 2))).isInstanceOf(ServingException.class);
    }

    @Test
    void refusesMoreRowsThanThePromptHas() {
        queue.add(rows(0, 8));
        assertThatThrownBy(() -> queue.add(rows(8, 3))).isInstanceOf(ServingException.class);
    }

    @Test
    void cachedRowsMayComeOrNot() {
        queue.consumeTo(6);
        queue.add(rows(0, 3));
        queue.add(rows(6, 4));
        queue.end();
        assertThat(queue.readyEnd()).isEqualTo(10);
        assertThat(row(7)).isEqualTo(7);
    }

    @Test
    void takesRowsThatAreOnlyPartlyCached() {
        queue.consumeTo(6);
        queue.add(rows(4, 4));
        assertThat(queue.readyEnd()).isEqualTo(8);
        assertThat(row(6)).isEqualTo(6);
    }

    @Test
    void noticesMissingRowsAtTheEnd() {
        queue.add(rows(0, 4));
        assertThatThrownBy(queue::end).hasMessage("The media rows ended after 4 of 10.");
    }

    private float row(int ordinal) {
        MemorySegment target = MemorySegment.ofArray(new float[1]);
        queue.copyRow(ordinal, target);
        return target.get(ValueLayout.JAVA_FLOAT, 0);
    }

    private static MediaRowChunk rows(int first, int count) {
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = first + index;
        }
        return new MediaRowChunk(first, count, FloatView.of(values));
    }
}
