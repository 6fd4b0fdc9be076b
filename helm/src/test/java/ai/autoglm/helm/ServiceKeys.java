package ai.autoglm.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/// The configuration keys that a service reads, told by the configuration library of its built application: those of
/// its mappings, and those that their defaults refer to, as in `${autoglm.bundle}`.
final class ServiceKeys {
    static final List<String> SERVICES = List.of("gateway", "vision-encoder", "audio-encoder", "decoder");

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([a-z.-]+)");

    private ServiceKeys() {}

    /// @param service one of [#SERVICES]
    static Set<String> readBy(String service) {
        Path application = Chart.ROOT.resolve(service + "-service/target/quarkus-app");
        try (URLClassLoader classes = new URLClassLoader(urls(application), ClassLoader.getPlatformClassLoader())) {
            Set<String> keys = new TreeSet<>();
            for (Class<?> mapping : mappings(classes, application.resolve("app"))) {
                properties(classes, mapping).forEach((key, value) -> {
                    // A list is one key here, as docs and values have it.
                    keys.add(((String) key).replace("[*]", ""));
                    REFERENCE
                            .matcher(String.valueOf(value))
                            .results()
                            .map(reference -> reference.group(1))
                            .forEach(keys::add);
                });
            }
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the configuration library of the " + service + " is not SmallRye as we know it", e);
        }
    }

    /// The environment variable of a key. Source: MicroProfile Config, "Environment Variables Mapping Rules".
    static String variable(String key) {
        return key.replaceAll("[^a-zA-Z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    /// @return a default or null by key
    private static Map<?, ?> properties(ClassLoader classes, Class<?> mapping) throws ReflectiveOperationException {
        Class<?> described = classes.loadClass("io.smallrye.config.ConfigMappings$ConfigClass");
        Object properties = described.getMethod("configClass", Class.class).invoke(null, mapping);
        return (Map<?, ?>) described.getMethod("getProperties").invoke(properties);
    }

    private static List<Class<?>> mappings(ClassLoader classes, Path folder)
            throws IOException, ReflectiveOperationException {
        Class<? extends Annotation> annotation =
                classes.loadClass("io.smallrye.config.ConfigMapping").asSubclass(Annotation.class);
        List<Class<?>> mappings = new ArrayList<>();
        for (String name : interfaces(folder)) {
            Class<?> type = classes.loadClass(name);
            if (type.isAnnotationPresent(annotation)) {
                mappings.add(type);
            }
        }
        return mappings;
    }

    /// By our convention a mapping is an interface of its own, called after its stage: `DecoderConfig`.
    private static List<String> interfaces(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path jar : jars(folder)) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                zip.stream()
                        .map(entry -> entry.getName().replace('/', '.'))
                        .filter(name -> name.matches("[\\w.]+Config\\.class"))
                        .forEach(name -> names.add(name.substring(0, name.length() - ".class".length())));
            }
        }
        return names;
    }

    private static URL[] urls(Path application) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars(application)) {
            urls.add(jar.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }
}
