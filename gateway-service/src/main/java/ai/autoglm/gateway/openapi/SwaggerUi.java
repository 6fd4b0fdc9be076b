package ai.autoglm.gateway.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;

/// The files of Swagger UI: our page and its script, and the rest from the webjar.
final class SwaggerUi {
    private static final String WEBJAR = "org.webjars/swagger-ui";
    private static final String WEBJAR_FILES = "META-INF/resources/webjars/swagger-ui/";

    private SwaggerUi() {}

    /// @param name of a file that is known to be there
    static InputStream open(String name) throws IOException {
        InputStream own = SwaggerUi.class.getResourceAsStream(name);
        return own == null ? require(WEBJAR_FILES + version() + "/" + name) : own;
    }

    /// Part of the path of every file in the webjar.
    private static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream file = require("META-INF/maven/" + WEBJAR + "/pom.properties")) {
            properties.load(file);
        }
        return properties.getProperty("version");
    }

    private static InputStream require(String path) {
        return Objects.requireNonNull(
                Thread.currentThread().getContextClassLoader().getResourceAsStream(path), path);
    }
}
