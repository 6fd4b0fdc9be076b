package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.engine.EngineChoice;
import ai.autoglm.toolkit.engine.Engines;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.launch.Endpoint;
import ai.autoglm.toolkit.launch.EngineBuilds;
import ai.autoglm.toolkit.launch.GpuAssignment;
import ai.autoglm.toolkit.launch.Launcher;
import ai.autoglm.toolkit.launch.Service;
import ai.autoglm.toolkit.launch.ServiceLaunch;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Serves a model on this machine through an OpenAI-compatible endpoint.",
            "Compiles the checkpoint when needed, then runs gateway, vision encoder, audio encoder and decoder."
        })
final class ServeCommand implements Callable<Integer> {
    /// Whoever presses Ctrl+C does not wait for answers under way as a rolling update does.
    private static final String STOP_GRACE = "5s";

    @Option(
            names = "--host",
            defaultValue = "0.0.0.0",
            description = "Address that the endpoint listens on. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(names = "--port", defaultValue = "8000", description = "Port of the endpoint. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--model",
            paramLabel = "<directory>",
            description = "Checkpoint in Hugging Face form, or compiled bundle. Default: the embedded model.")
    private @Nullable Path model;

    @Option(
            names = "--served-model-name",
            paramLabel = "<name>",
            defaultValue = "autoglm-phone-9b",
            description = "Name of the model in the API. Default: ${DEFAULT-VALUE}.")
    private String servedModelName;

    @Option(
            names = "--precision",
            paramLabel = "<type>",
            description =
                    "Element types that a checkpoint is compiled to. On a CPU: fp32 (default), int8 or int4; with a card "
                            + "for the decoder: bf16 (default), fp16 or int4-fp16.")
    private @Nullable Precision precision;

    @Option(
            names = "--engine",
            defaultValue = "auto",
            description =
                    "What runs the model: auto (TensorRT where it and an NVIDIA driver are installed, else ONNX Runtime), "
                            + "onnxruntime or tensorrt. Default: ${DEFAULT-VALUE}.")
    private EngineChoice engine;

    @Option(
            names = "--gpus",
            paramLabel = "<service>=<card>,...",
            description =
                    "Card of each service, by index or UUID, or cpu: decoder=0,vision=1,audio=cpu. Default: "
                            + "the first card is the decoder's, the second vision's, the third audio's; the rest runs on the CPU.")
    private @Nullable String gpus;

    @Option(
            names = "--content-format",
            defaultValue = "parts",
            description = "How message parts reach the chat template: parts or string (for AutoGLM-Phone-9B's own "
                    + "weights). Default: ${DEFAULT-VALUE}.")
    private ContentFormat contentFormat;

    @Option(
            names = "--max-model-len",
            paramLabel = "<tokens>",
            description = "Longest prompt and answer together. Default: 8192, or the model's own length if less.")
    private @Nullable Integer maxModelLen;

    @Option(
            names = "--max-num-seqs",
            paramLabel = "<count>",
            defaultValue = "8",
            description = "Answers generated side by side. Default: ${DEFAULT-VALUE}.")
    private int maxNumSeqs;

    @Option(
            names = "--api-key",
            paramLabel = "<key>",
            description = "Key that clients must send; may be given several times. Default: any key is accepted.")
    private List<String> apiKeys = List.of();

    @Option(
            names = "--api-key-file",
            paramLabel = "<file>",
            description = "File of hashed keys as 'autoglm key' prints them; read again when it changes.")
    private @Nullable Path apiKeyFile;

    @Option(
            names = "--tls-certificate",
            paramLabel = "<file>",
            description = "PEM certificate: the endpoint is then HTTPS only. Needs --tls-key.")
    private @Nullable Path tlsCertificate;

    @Option(names = "--tls-key", paramLabel = "<file>", description = "PEM private key of the certificate.")
    private @Nullable Path tlsKey;

    @Option(
            names = "--service-port",
            paramLabel = "<service>=<port>",
            description = "gRPC port of vision-encoder (9001), audio-encoder (9002) or decoder (9003).")
    private Map<Service, Integer> servicePorts = Map.of();

    @Option(
            names = "--management-port",
            paramLabel = "<service>=<port>",
            description = "Port of health and metrics of gateway (9100), vision-encoder (9101), audio-encoder (9102) "
                    + "or decoder (9103).")
    private Map<Service, Integer> managementPorts = Map.of();

    @Override
    public Integer call() throws InterruptedException {
        Path home = home();
        Path work = home.resolve(".autoglm");
        requireFiles();
        warnOfKeys();
        GpuAssignment cards = assignCards();
        Bundle bundle = bundle(home, work, PrecisionChoice.of(cards, precision));
        requireServable(bundle);
        buildEngines(bundle, cards);
        URI address = URI.create((tlsCertificate == null ? "http://" : "https://") + host + ":" + port);
        return new Launcher(home, work.resolve("logs"), System.out).run(launches(bundle, cards), address);
    }

    private static Path home() {
        return Path.of(System.getProperty("autoglm.home", "")).toAbsolutePath();
    }

    /// Cards of this machine, where TensorRT is to be used and can be.
    private GpuAssignment assignCards() {
        if (Engines.resolveToBuild(engine, note -> System.out.println("INFO:     " + note))
                == EngineChoice.ONNXRUNTIME) {
            if (gpus != null) {
                throw new ServingException(
                        ErrorCode.INVALID_CONFIGURATION, "--gpus needs TensorRT, which does not run here.");
            }
            return GpuAssignment.none();
        }
        List<String> names = Engines.devices(EngineChoice.TENSORRT);
        GpuAssignment cards =
                gpus == null ? GpuAssignment.byDefault(names.size()) : GpuAssignment.parse(gpus, names.size());
        System.out.println("INFO:     Cards: " + cards + " (" + String.join(", ", names) + ")");
        return cards.within(System.getenv("CUDA_VISIBLE_DEVICES"));
    }

    private void buildEngines(Bundle bundle, GpuAssignment cards) throws InterruptedException {
        List<String> settings = buildSettings(maxNumSeqs, maxModelLen, System.getenv());
        for (Map.Entry<Service, String> card : cards.cards().entrySet()) {
            List<ModelPart.Kind> parts = switch (card.getKey()) {
                case DECODER -> List.of(ModelPart.Kind.DECODER, ModelPart.Kind.FUSION);
                case VISION_ENCODER -> List.of(ModelPart.Kind.VISION_ENCODER);
                case AUDIO_ENCODER -> List.of(ModelPart.Kind.AUDIO_ENCODER);
                case GATEWAY -> List.of();
            };
            EngineBuilds.run(bundle.directory(), parts, card.getValue(), settings);
        }
    }

    /// Options of `build-engine` by which engines have the sizes that services will ask for: they read the environment
    /// too, and options come before it.
    static List<String> buildSettings(int maxNumSeqs, @Nullable Integer maxModelLen, Map<String, String> environment) {
        List<String> settings = new ArrayList<>(List.of("--max-num-seqs", Integer.toString(maxNumSeqs)));
        String length = maxModelLen == null ? environment.get("AUTOGLM_DECODER_MAX_MODEL_LEN") : maxModelLen.toString();
        addIfSet(settings, "--max-model-len", length);
        addIfSet(settings, "--prefill-chunk", environment.get("AUTOGLM_DECODER_PREFILL_CHUNK"));
        addIfSet(settings, "--resume-slots", environment.get("AUTOGLM_DECODER_RESUME_SLOTS"));
        return settings;
    }

    private static void addIfSet(List<String> settings, String option, @Nullable String value) {
        if (value != null) {
            settings.addAll(List.of(option, value));
        }
    }

    private Bundle bundle(Path home, Path work, PrecisionChoice choice) {
        Path directory = model == null
                ? home.resolve("models/autoglm-phone-mini")
                : model.toAbsolutePath().normalize();
        if (Files.isRegularFile(directory.resolve("bundle.json"))) {
            Bundle compiled = Bundle.open(directory);
            choice.requireOf(compiled);
            return compiled;
        }
        if (!Files.isDirectory(directory)) {
            throw new ServingException(ErrorCode.INVALID_CONFIGURATION, "--model " + directory + " is no directory.");
        }
        Precision chosen = choice.forCheckpoint();
        // Checkpoints of the same name in different places must not share a bundle; precisions keep one each.
        String name = directory.getFileName() + "-" + Integer.toHexString(directory.hashCode()) + "-" + chosen;
        try (ProgressBars progress = new ProgressBars()) {
            return new BundleCompiler(new CompileOptions(chosen, contentFormat), progress)
                    .compileIfChanged(directory, work.resolve("bundles").resolve(name));
        }
    }

    private void requireServable(Bundle bundle) {
        int longest = bundle.manifest().decoder().maxPositions();
        if (maxModelLen != null && (maxModelLen < 1 || maxModelLen > longest)) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "--max-model-len " + maxModelLen + " is not between 1 and " + longest
                            + ", which this model was made for.");
        }
        if (maxNumSeqs < 1) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION, "--max-num-seqs " + maxNumSeqs + " is not at least 1.");
        }
    }

    private void requireFiles() {
        if ((tlsCertificate == null) != (tlsKey == null)) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION, "--tls-certificate and --tls-key go together: give both.");
        }
        requireFile("--tls-certificate", tlsCertificate);
        requireFile("--tls-key", tlsKey);
        requireFile("--api-key-file", apiKeyFile);
    }

    private static void requireFile(String option, @Nullable Path file) {
        if (file != null && !Files.isReadable(file)) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION, option + " " + file + " is no file that can be read.");
        }
    }

    private void warnOfKeys() {
        for (String key : apiKeys) {
            if (key.length() < KeyCommand.MIN_LENGTH) {
                System.out.println("WARNING:  A key of " + key.length() + " characters can be guessed; './autoglm key'"
                        + " makes a safe one. To accept any key, leave --api-key out.");
            }
        }
        try {
            boolean open = apiKeys.isEmpty() && apiKeyFile == null;
            if (open && !InetAddress.getByName(host).isLoopbackAddress()) {
                System.out.println("WARNING:  Listening on " + host
                        + " without --api-key: whoever reaches this machine can use the model.");
            }
        } catch (UnknownHostException e) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION, "--host " + host + " is no address of this machine.", e);
        }
    }

    /// Backends that the bundle has a part for, then the gateway.
    private List<ServiceLaunch> launches(Bundle bundle, GpuAssignment cards) {
        List<ServiceLaunch> launches = new ArrayList<>();
        if (bundle.manifest().vision() != null) {
            launches.add(backend(Service.VISION_ENCODER, bundle, cards, Map.of()));
        }
        if (bundle.manifest().audio() != null) {
            launches.add(backend(Service.AUDIO_ENCODER, bundle, cards, Map.of()));
        }
        Map<String, String> decoder = new HashMap<>();
        decoder.put("autoglm.decoder.max-num-seqs", Integer.toString(maxNumSeqs));
        if (maxModelLen != null) {
            decoder.put("autoglm.decoder.max-model-len", Integer.toString(maxModelLen));
        }
        launches.add(backend(Service.DECODER, bundle, cards, decoder));
        launches.add(gateway(bundle));
        return launches;
    }

    private ServiceLaunch backend(Service service, Bundle bundle, GpuAssignment cards, Map<String, String> own) {
        Endpoint endpoint = new Endpoint(service, "127.0.0.1", port(service), managementPort(service));
        Map<String, String> settings = new HashMap<>(own);
        settings.put("autoglm.bundle", bundle.directory().toString());
        settings.put("autoglm.model.served-name", servedModelName);
        settings.put("quarkus.grpc.server.port", Integer.toString(endpoint.port()));
        settings.put("quarkus.management.port", Integer.toString(endpoint.managementPort()));
        settings.put("autoglm." + service.label() + ".shutdown-delay", "0s");
        settings.put("autoglm." + service.label() + ".shutdown-grace", STOP_GRACE);
        settings.put("autoglm.home", home().toString());
        EngineChoice choice = cards.card(service).isPresent() ? EngineChoice.TENSORRT : EngineChoice.ONNXRUNTIME;
        settings.put("autoglm.engine", choice.toString());
        return new ServiceLaunch(
                endpoint,
                settings,
                Map.of("CUDA_VISIBLE_DEVICES", cards.card(service).orElse("")));
    }

    private ServiceLaunch gateway(Bundle bundle) {
        Endpoint endpoint = new Endpoint(Service.GATEWAY, host, port, managementPort(Service.GATEWAY));
        Map<String, String> settings = new HashMap<>();
        settings.put("autoglm.bundle", bundle.directory().toString());
        settings.put("autoglm.model.served-name", servedModelName);
        settings.put("autoglm.http.host", host);
        settings.put("autoglm.http.port", Integer.toString(port));
        settings.put("autoglm.http.shutdown-delay", "0s");
        settings.put("autoglm.http.shutdown-linger", "0s");
        settings.put("autoglm.http.shutdown-grace", STOP_GRACE);
        settings.put("quarkus.management.port", Integer.toString(endpoint.managementPort()));
        for (Service service : List.of(Service.VISION_ENCODER, Service.AUDIO_ENCODER, Service.DECODER)) {
            settings.put("autoglm.backends." + service.label(), "127.0.0.1:" + port(service));
        }
        putPath(settings, "autoglm.http.api-key-file", apiKeyFile);
        putPath(settings, "autoglm.http.tls.certificate", tlsCertificate);
        putPath(settings, "autoglm.http.tls.key", tlsKey);
        Map<String, String> environment =
                apiKeys.isEmpty() ? Map.of() : Map.of("AUTOGLM_HTTP_API_KEYS", String.join(",", apiKeys));
        return new ServiceLaunch(endpoint, settings, environment);
    }

    private static void putPath(Map<String, String> settings, String key, @Nullable Path file) {
        if (file != null) {
            settings.put(key, file.toAbsolutePath().toString());
        }
    }

    private int port(Service service) {
        return servicePorts.getOrDefault(service, service.port());
    }

    private int managementPort(Service service) {
        return managementPorts.getOrDefault(service, service.managementPort());
    }
}
