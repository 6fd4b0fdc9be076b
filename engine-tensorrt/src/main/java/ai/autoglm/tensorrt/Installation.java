package ai.autoglm.tensorrt;

import ai.autoglm.tensorrt.plan.PlanStore;
import ai.autoglm.tensorrt.plan.SigningKey;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where this machine keeps what TensorRT needs.
///
/// @param natives folder of the bindings' libraries
/// @param plans folder of the engines that were built here
public record Installation(Path natives, Path plans, Map<String, String> environment) {
    /// Environment variable with the folder of the bindings' libraries.
    public static final String NATIVES_VARIABLE = "AUTOGLM_TENSORRT_NATIVES";

    /// Environment variable with the folder of the engines.
    public static final String PLANS_VARIABLE = "AUTOGLM_ENGINE_FOLDER";

    public Installation {
        environment = Map.copyOf(environment);
    }

    /// What the environment says; by default what a checkout has.
    public static Installation of(Map<String, String> environment, @Nullable String home) {
        Path base = Path.of(home == null ? "" : home);
        String natives = environment.get(NATIVES_VARIABLE);
        String plans = environment.get(PLANS_VARIABLE);
        return new Installation(
                natives == null ? base.resolve("engine-tensorrt/target/natives") : Path.of(natives),
                plans == null ? base.resolve(".autoglm/engines") : Path.of(plans),
                environment);
    }

    /// The engines that this installation has built and signed.
    public PlanStore store() {
        return new PlanStore(plans, SigningKey.find(environment, plans.resolve("plan.key")));
    }
}
