package ai.autoglm.toolkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ServeCommandTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "AUTOGLM_DECODER_MAX_MODEL_LEN", "25480",
            "AUTOGLM_DECODER_PREFILL_CHUNK", "512",
            "AUTOGLM_DECODER_RESUME_SLOTS", "1");

    @Test
    void enginesAreBuiltForTheSizesThatTheDecoderReadsFromTheEnvironment() {
        assertThat(ServeCommand.buildSettings(8, null, ENVIRONMENT))
                .containsExactly(
                        "--max-num-seqs",
                        "8",
                        "--max-model-len",
                        "25480",
                        "--prefill-chunk",
                        "512",
                        "--resume-slots",
                        "1");
        assertThat(ServeCommand.buildSettings(8, null, Map.of())).containsExactly("--max-num-seqs", "8");
    }

    @Test
    void anOptionComesBeforeTheEnvironment() {
        assertThat(ServeCommand.buildSettings(4, 1000, ENVIRONMENT))
                .startsWith("--max-num-seqs", "4", "--max-model-len", "1000")
                .doesNotContain("25480");
    }
}
