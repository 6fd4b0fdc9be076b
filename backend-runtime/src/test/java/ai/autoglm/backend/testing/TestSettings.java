package ai.autoglm.backend.testing;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Settings as the running process reads them, without Quarkus.
public final class TestSettings {
    private TestSettings() {}

    /// @param values by keys behind the prefix of the mapping, such as `queue-capacity`
    public static <T> T of(Class<T> mapping, Map<String, String> values) {
        String prefix = mapping.getAnnotation(ConfigMapping.class).prefix();
        Map<String, String> keys = new HashMap<>();
        values.forEach((key, value) -> keys.put(prefix + "." + key, value));
        keys.put("autoglm.bundle", "shared/bundle");
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withMapping(mapping)
                .withSources(new PropertiesConfigSource(keys, "test", 100))
                .build()
                .getConfigMapping(mapping);
    }
}
