package ai.autoglm.toolkit.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuAssignmentTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0; decoder=cpu, vision-encoder=cpu, audio-encoder=cpu",
                "1; decoder=0, vision-encoder=cpu, audio-encoder=cpu",
                "2; decoder=0, vision-encoder=1, audio-encoder=cpu",
                "3; decoder=0, vision-encoder=1, audio-encoder=2",
                "8; decoder=0, vision-encoder=1, audio-encoder=2"
            })
    void theDecoderComesFirst(int cards, String assignment) {
        assertThat(GpuAssignment.byDefault(cards)).hasToString(assignment);
    }

    @Test
    void takesIndicesAndIdentifiers() {
        assertThat(GpuAssignment.parse("decoder=1, vision=GPU-8f6c7a3e,audio=cpu", 2))
                .hasToString("decoder=1, vision-encoder=GPU-8f6c7a3e, audio-encoder=cpu");
        assertThat(GpuAssignment.parse("vision-encoder=0", 1).card(Service.DECODER))
                .isEmpty();
    }

    @Test
    void indicesCountWithinTheCardsThatThisProcessSees() {
        assertThat(GpuAssignment.byDefault(2).within("2,3"))
                .hasToString("decoder=2, vision-encoder=3, audio-encoder=cpu");
        assertThat(GpuAssignment.parse("decoder=1,vision=GPU-8f6c7a3e", 2).within("GPU-aa, GPU-bb"))
                .hasToString("decoder=GPU-bb, vision-encoder=GPU-8f6c7a3e, audio-encoder=cpu");
        assertThat(GpuAssignment.byDefault(2).within(null)).isEqualTo(GpuAssignment.byDefault(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "decoder; --gpus: 'decoder' is not of the form decoder=0.",
                "decoder=; --gpus: 'decoder=' is not of the form decoder=0.",
                "gateway=0; --gpus: 'gateway' is none of decoder, vision and audio.",
                "decoder=2; --gpus: there is no card 2: the driver shows 2.",
                "decoder=99999999999; --gpus: there is no card 99999999999: the driver shows 2.",
                "decoder=first; --gpus: 'first' is no index, no UUID of a card, and not cpu.",
                "decoder=0,decoder=1; --gpus: decoder is named twice."
            })
    void explainsWhatCannotBeMeant(String text, String sentence) {
        assertThatThrownBy(() -> GpuAssignment.parse(text, 2)).hasMessage(sentence);
    }
}
