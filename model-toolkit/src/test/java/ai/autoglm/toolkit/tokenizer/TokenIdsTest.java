package ai.autoglm.toolkit.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenIdsTest {
    @Test
    void keepsACopyAndHandsOutCopies() {
        int[] ids = {1, 2, 3};
        TokenIds tokens = TokenIds.of(ids);
        ids[0] = 9;
        tokens.toArray()[1] = 9;
        assertThat(tokens).isEqualTo(TokenIds.of(1, 2, 3)).hasSameHashCodeAs(TokenIds.of(1, 2, 3));
    }

    @Test
    void slicesAndConcatenates() {
        TokenIds tokens = TokenIds.of(1, 2, 3, 4);
        assertThat(tokens.slice(0, 2).concat(tokens.slice(2, 4))).isEqualTo(tokens);
        assertThat(tokens.slice(1, 1)).isEqualTo(TokenIds.empty());
        assertThat(tokens.slice(1, 3).at(1)).isEqualTo(3);
    }

    @Test
    void buildsSequencesOfAMillionTokensInOnePass() {
        int count = 1 << 21; // copied at each step, these would be eight terabytes
        TokenIds.Builder one = TokenIds.builder();
        TokenIds.Builder several = TokenIds.builder();
        TokenIds placeholder = TokenIds.of(7, 8);
        for (int index = 0; index < count; index++) {
            one.append(index);
            several.append(placeholder);
        }
        assertThat(one.build().size()).isEqualTo(count);
        assertThat(several.build().size()).isEqualTo(2 * count);
    }

    @Test
    void buildsLongSequences() {
        TokenIds.Builder builder =
                TokenIds.builder().append(TokenIds.of(IntStream.range(0, 1_000).toArray()));
        IntStream.range(1_000, 3_000).forEach(builder::append);
        assertThat(builder.build())
                .isEqualTo(TokenIds.of(IntStream.range(0, 3_000).toArray()));
    }
}
