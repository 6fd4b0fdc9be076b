package ai.autoglm.toolkit.provision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.chat.Trust;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleProvisionTest {
    private static final Path CHECKPOINT =
            Path.of(System.getProperty("autoglm.root"), "model-toolkit/src/test/resources/checkpoints/llama-tied");
    private static final BundleCompiler COMPILER =
            new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent());
    private static final String ID = COMPILER.bundleId(CHECKPOINT);

    @TempDir
    private Path directory;

    private Path served;
    private Path target;
    private FileServer server;

    @BeforeEach
    void start() throws IOException {
        served = Files.createDirectory(directory.resolve("served"));
        target = directory.resolve("store/bundle");
        server = new FileServer(served);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Bundle provision(BundleSource source) throws InterruptedException {
        return new BundleProvision(target, new RequiredBundle(ID.substring(0, 8))).from(source);
    }

    private static BundleSource checkpoint() {
        return new BundleSource.CheckpointDirectory(CHECKPOINT, COMPILER);
    }

    /// Puts files to the web server, and says the digest of their list.
    private String serve(Path from) throws IOException {
        StringBuilder list = new StringBuilder();
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.sorted().toList()) {
                Files.copy(file, served.resolve(file.getFileName()));
                list.append(sha256(Files.readAllBytes(file)))
                        .append("  ")
                        .append(file.getFileName())
                        .append('\n');
            }
        }
        Files.writeString(served.resolve("SHA256SUMS"), list);
        return sha256(list.toString().getBytes(UTF_8));
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.begin().digest(bytes));
    }

    private Download download(String context, String sha256, @Nullable String authorization) {
        URI folder = server.address(context);
        return new Download(
                new WebFolder(folder, Trust.platform(), authorization, Duration.ofSeconds(2)),
                sha256,
                Duration.ofMillis(5),
                CompileProgress.silent());
    }

    @Test
    void theIdIsKnownBeforeTheBundleIsMade() throws InterruptedException {
        assertThat(provision(checkpoint()).manifest().bundleId()).isEqualTo(ID).hasSize(64);
    }

    @Test
    void aBundleThatIsThereStaysAsItIs() throws Exception {
        provision(checkpoint());
        FileTime written = Files.getLastModifiedTime(target.resolve("decoder.onnx"));

        provision(new BundleSource.CheckpointDirectory(directory.resolve("nowhere"), COMPILER));

        assertThat(Files.getLastModifiedTime(target.resolve("decoder.onnx"))).isEqualTo(written);
    }

    @Test
    void anotherBundleThanTheOneAskedForIsNotMade() {
        BundleProvision provision = new BundleProvision(target, new RequiredBundle("00000000"));

        assertThatThrownBy(() -> provision.from(checkpoint()))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining(ID)
                .hasMessageContaining("00000000 was asked for");
        assertThat(target).doesNotExist();
    }

    @Test
    void whatAnInterruptedRunLeftIsRemoved() throws Exception {
        Path leftover = target.resolveSibling("bundle.compiling-0");
        Files.createDirectories(leftover);
        Files.writeString(leftover.resolve("decoder.onnx.data"), "half");

        provision(checkpoint());

        assertThat(leftover).doesNotExist();
    }

    @Test
    void aCheckpointComesFromAWebServerAndIsGoneAfterwards() throws Exception {
        Download download = download("/models", serve(CHECKPOINT), null);

        Bundle bundle = provision(new BundleSource.CheckpointDownload(download, COMPILER));

        assertThat(bundle.manifest().bundleId()).isEqualTo(ID);
        assertThat(target.resolveSibling("bundle.download")).doesNotExist();
    }

    @Test
    void aBundleComesFromAWebServer() throws Exception {
        Path made = directory.resolve("made");
        COMPILER.compile(CHECKPOINT, made);
        Download download = download("/models/", serve(made), null);

        Bundle bundle = provision(new BundleSource.BundleDownload(download));

        assertThat(bundle.manifest().bundleId()).isEqualTo(ID);
        assertThat(target.resolve("decoder.onnx")).hasSameBinaryContentAs(made.resolve("decoder.onnx"));
    }

    @Test
    void aBundleThatLacksAFileIsMadeAgain() throws Exception {
        provision(checkpoint());
        Files.delete(target.resolve("decoder.onnx.data"));

        assertThat(provision(checkpoint()).isWhole()).isTrue();
    }

    @Test
    void aFolderOfTheUsersOwnIsNeverReplacedAndNothingIsFetchedForIt() throws Exception {
        Path made = directory.resolve("made");
        COMPILER.compile(CHECKPOINT, made);
        Download download = download("/models/", serve(made), null);
        Files.createDirectories(target);
        Files.writeString(target.resolve("thesis.txt"), "years of work");

        assertThatThrownBy(() -> provision(new BundleSource.BundleDownload(download)))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("is no bundle");
        assertThat(target.resolve("thesis.txt")).hasContent("years of work");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void aTransferThatBreaksOffGoesOnWhereItWas() throws Exception {
        String sha256 = serve(CHECKPOINT);
        server.breaks.set(3);

        provision(new BundleSource.CheckpointDownload(download("/models", sha256, null), COMPILER));

        assertThat(server.requests).anyMatch(request -> request.matches("\\S+ bytes=\\d+-"));
    }

    @Test
    void aTransferThatStallsIsTriedAgain() throws Exception {
        String sha256 = serve(CHECKPOINT);
        server.stalls.set(1);

        provision(new BundleSource.CheckpointDownload(download("/models", sha256, null), COMPILER));

        assertThat(server.requests).anyMatch(request -> request.startsWith("SHA256SUMS bytes="));
    }

    @Test
    void redirectionsAreFollowed() throws Exception {
        provision(new BundleSource.CheckpointDownload(download("/moved", serve(CHECKPOINT), null), COMPILER));

        assertThat(server.requests).contains("SHA256SUMS");
    }

    @Test
    void aServerThatAsksWhoComesIsTold() throws Exception {
        String sha256 = serve(CHECKPOINT);
        server.authorization = "Bearer secret";

        assertThatThrownBy(() ->
                        provision(new BundleSource.CheckpointDownload(download("/models", sha256, null), COMPILER)))
                .hasMessageContaining("answers 401");
        provision(new BundleSource.CheckpointDownload(download("/models", sha256, "Bearer secret"), COMPILER));
    }

    @ParameterizedTest
    @CsvSource({
        "https://models.example/other/file, true",
        "http://models.example/models/file, false",
        "https://elsewhere.example/models/file, false",
        "https://models.example:8443/models/file, false"
    })
    void nobodyElseIsToldWhoComes(String address, boolean told) {
        WebFolder folder = new WebFolder(
                URI.create("https://models.example/models"), Trust.platform(), "Bearer secret", Duration.ofSeconds(2));

        assertThat(folder.isOwn(URI.create(address))).isEqualTo(told);
    }

    @Test
    void aDamagedFileIsNeverUsed() throws Exception {
        String sha256 = serve(CHECKPOINT);
        byte[] weights = Files.readAllBytes(served.resolve("model.safetensors"));
        weights[weights.length / 2] ^= 1;
        Files.write(served.resolve("model.safetensors"), weights);

        assertThatThrownBy(() ->
                        provision(new BundleSource.CheckpointDownload(download("/models", sha256, null), COMPILER)))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("model.safetensors has SHA-256")
                .hasMessageContaining("damaged, or another file");
        assertThat(target).doesNotExist();
    }

    @Test
    void anotherListThanTheOneAskedForIsRefused() throws Exception {
        serve(CHECKPOINT);

        assertThatThrownBy(() -> provision(
                        new BundleSource.CheckpointDownload(download("/models", "0".repeat(64), null), COMPILER)))
                .hasMessageContaining("SHA256SUMS has SHA-256");
        assertThat(server.requests).containsExactly("SHA256SUMS");
    }

    @Test
    void aListThatLeadsOutOfTheFolderIsRefused() {
        for (String path : List.of("../config.json", "/etc/passwd", "a/../../b")) {
            assertThatThrownBy(() -> ChecksumList.parse("0".repeat(64) + "  " + path))
                    .hasMessageContaining("outside its folder");
        }
        assertThatThrownBy(() -> ChecksumList.parse("no digest")).hasMessageContaining("none that sha256sum writes");
    }

    @Test
    void whoWaitsIsToldWhenNothingComes() {
        assertThatThrownBy(() -> new RequiredBundle(ID).await(target, Duration.ZERO))
                .hasMessageContaining("still no bundle in " + target);
    }

    @Test
    void whoWaitsIsToldWhenAnotherBundleIsThere() throws Exception {
        provision(checkpoint());

        assertThatThrownBy(() -> new RequiredBundle("00000000").await(target, Duration.ZERO))
                .hasMessageContaining(ID)
                .hasMessageContaining("00000000 was asked for");
        assertThat(new RequiredBundle(ID).await(target, Duration.ZERO).directory())
                .isEqualTo(target);
    }

    @Test
    void whatIsNoIdIsOneSentence() {
        assertThatThrownBy(() -> new RequiredBundle("latest")).hasMessageContaining("'latest' is no bundleId");
    }
}
