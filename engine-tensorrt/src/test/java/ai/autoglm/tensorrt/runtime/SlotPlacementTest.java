package ai.autoglm.tensorrt.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SlotPlacementTest {
    @Test
    void slotsThatAreThereStay() {
        SlotPlacement placement = new SlotPlacement(4);
        assertThat(placement.gather(List.of(0, 1))).isEmpty();
        assertThat(placement.gather(List.of(1, 3)))
                .as("3 takes the place of 0, which has no part")
                .containsExactly(new SlotPlacement.Exchange(3, 3, 0, 0));
        assertThat(placement.gather(List.of(3, 1))).isEmpty();
        assertThat(placement.placeOf(3)).isZero();
        assertThat(placement.slotAt(3)).isZero();
    }

    @Test
    void whateverIsGatheredStandsFirstAndNothingIsLost() {
        Random random = new Random(7);
        SlotPlacement placement = new SlotPlacement(8);
        int[] contents = IntStream.range(0, 8).toArray(); // what each place holds, moved as told
        for (int round = 0; round < 2000; round++) {
            List<Integer> slots = new ArrayList<>(IntStream.range(0, 8).boxed().toList());
            Collections.shuffle(slots, random);
            List<Integer> wanted = slots.subList(0, 1 + random.nextInt(8));
            for (SlotPlacement.Exchange exchange : placement.gather(wanted)) {
                assertThat(contents[exchange.place()]).isEqualTo(exchange.slot());
                assertThat(contents[exchange.otherPlace()]).isEqualTo(exchange.otherSlot());
                contents[exchange.place()] = exchange.otherSlot();
                contents[exchange.otherPlace()] = exchange.slot();
            }
            for (int slot = 0; slot < 8; slot++) {
                assertThat(contents[placement.placeOf(slot)]).isEqualTo(slot);
                assertThat(placement.slotAt(placement.placeOf(slot))).isEqualTo(slot);
            }
            assertThat(wanted).allMatch(slot -> placement.placeOf(slot) < wanted.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"1,8,1", "2,8,2", "3,8,4", "5,8,8", "5,6,6", "8,8,8", "9,16,16", "1,1,1"})
    void batchesAreFewSizes(int sequences, int slots, int batch) {
        assertThat(BatchSizes.batch(sequences, slots)).isEqualTo(batch);
    }

    @ParameterizedTest
    @CsvSource({"1,8200,256", "256,8200,256", "257,8200,512", "4097,8200,8192", "8193,8200,8200", "10,104,104"})
    void keysAreFewLengths(int rows, int slotRows, int keys) {
        assertThat(BatchSizes.keys(rows, slotRows)).isEqualTo(keys);
    }
}
