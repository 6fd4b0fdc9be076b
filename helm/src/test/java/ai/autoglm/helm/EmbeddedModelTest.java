package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import org.junit.jupiter.api.Test;

class EmbeddedModelTest {
    @Test
    void theProfileNamesTheBundleThatThisReleaseMakesOfTheEmbeddedModel() {
        String made = new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent())
                .bundleId(Chart.ROOT.resolve("models/autoglm-phone-mini"));

        String named = Chart.yaml(Chart.DIRECTORY.resolve("profiles/cpu.yaml"))
                .at("/model/bundleId")
                .asText();

        assertThat(named).as("model.bundleId of profiles/cpu.yaml").isEqualTo(made.substring(0, 12));
    }
}
