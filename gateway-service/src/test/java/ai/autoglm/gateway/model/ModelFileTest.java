package ai.autoglm.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ServingException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFileTest {
    @Test
    void readsNameWeightAndDirectory() {
        assertThat(ModelFile.parse("""
                # served name     weight  directory
                autoglm-phone-9b  100     /bundles/2026-10

                autoglm-phone-9b  0       /bundles/the next one
                """))
                .containsExactly(
                        new ModelEntry("autoglm-phone-9b", 100, Path.of("/bundles/2026-10")),
                        new ModelEntry("autoglm-phone-9b", 0, Path.of("/bundles/the next one")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "phone 100 | line 1 ",
                "phone 101 /b | line 1 ",
                "phone -1 /b | line 1 ",
                "phone 1 /b;phone 2 /b | line 2 of the model file names the bundle of an earlier line",
                "# nothing | names no bundle"
            })
    void saysWhichLineIsWrong(String lines, String message) {
        assertThatThrownBy(() -> ModelFile.parse(lines.replace(';', '\n')))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining(message);
    }
}
