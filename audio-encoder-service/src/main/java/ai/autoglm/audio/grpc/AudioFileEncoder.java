package ai.autoglm.audio.grpc;

import ai.autoglm.audio.encode.OnnxAudioEncoder;
import ai.autoglm.backend.encode.Acceptance;
import ai.autoglm.backend.encode.Announcement;
import ai.autoglm.backend.encode.DecodedMedia;
import ai.autoglm.backend.encode.MediaEncoder;
import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.proto.rows.RowTypes;
import ai.autoglm.proto.v1.AudioAccepted;
import ai.autoglm.proto.v1.AudioAnnouncement;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.EncodeAudioRequest;
import ai.autoglm.proto.v1.EncodeAudioResponse;
import ai.autoglm.proto.v1.EncodeProgress;
import ai.autoglm.toolkit.audio.AudioLimits;
import ai.autoglm.toolkit.audio.AudioPreprocessing;
import ai.autoglm.toolkit.audio.AudioWindows;
import ai.autoglm.toolkit.audio.FeatureExtractor;
import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/// The audio part of a bundle, loaded: audio files to log-mel windows to rows, in the wire's words. Owns
/// the tower.
final class AudioFileEncoder implements MediaEncoder<EncodeAudioRequest, EncodeAudioResponse, AudioWindows> {
    private final DescribeResponse description;
    private final double secondsPerToken;
    private final FeatureExtractor features;
    private final OnnxAudioEncoder tower;
    private final long decodeBytes;

    /// @param secondsPerToken the time that one token stands for
    /// @param decodeBytes of heap that decoding may take
    AudioFileEncoder(
            DescribeResponse description,
            double secondsPerToken,
            FeatureExtractor features,
            OnnxAudioEncoder tower,
            long decodeBytes) {
        this.description = description;
        this.secondsPerToken = secondsPerToken;
        this.features = features;
        this.tower = tower;
        this.decodeBytes = decodeBytes;
    }

    /// Opens a bundle and runs its tower once, so that the first request does not pay for it.
    ///
    /// @throws ServingException INVALID_BUNDLE when there is no bundle, or none with an audio tower
    static AudioFileEncoder open(Path directory, Engine engine, int maxSeconds, long decodeBytes) {
        Bundle bundle = Bundle.open(directory);
        bundle.requireFor(engine, ModelPart.Kind.AUDIO_ENCODER);
        AudioSpec spec = bundle.manifest().audio();
        if (spec == null || !Files.isRegularFile(bundle.audioEncoder())) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE,
                    directory + " has no audio tower: compile it from a checkpoint that has one.");
        }
        AudioPreprocessing preprocessing = new AudioPreprocessing(
                spec.samplingRate(), spec.hopLength(), spec.fftSize(), spec.melBinCount(), spec.windowSeconds());
        AudioFileEncoder encoder = new AudioFileEncoder(
                describe(bundle.manifest(), engine),
                spec.secondsPerToken(),
                new FeatureExtractor(preprocessing, AudioLimits.DEFAULT.withMaxSeconds(maxSeconds)),
                new OnnxAudioEncoder(
                        engine.open(new BundleParts(bundle).audioEncoder()),
                        spec,
                        bundle.manifest().decoder().hiddenSize(),
                        bundle.manifest().precision().rowType()),
                decodeBytes);
        encoder.warmUp(spec.samplingRate());
        return encoder;
    }

    @Override
    public DescribeResponse describe() {
        return description;
    }

    @Override
    public Optional<Announcement> announcement(EncodeAudioRequest request) {
        if (!request.hasAudio()) {
            return Optional.empty();
        }
        AudioAnnouncement audio = request.getAudio();
        return Optional.of(new Announcement(
                audio.getBundleId(),
                audio.getRequestId(),
                audio.getSha256(),
                audio.getByteCount(),
                null,
                audio.getTakesProgress()));
    }

    @Override
    public ByteString chunk(EncodeAudioRequest request) {
        return request.getChunk();
    }

    @Override
    public EncodeAudioResponse progress() {
        return EncodeAudioResponse.newBuilder()
                .setProgress(EncodeProgress.getDefaultInstance())
                .build();
    }

    @Override
    public EncodeAudioResponse rows(EmbeddingRows rows, Duration engineTime) {
        return EncodeAudioResponse.newBuilder()
                .setRows(rows)
                .setEngineSeconds(engineTime.toNanos() / 1e9)
                .build();
    }

    /// A bound that few files come near: samples are allocated as they are found. So a server with little memory
    /// still decodes every file, one by one.
    @Override
    public long workingBytes(byte[] file) {
        return Math.min(features.workingBytes(file), decodeBytes);
    }

    @Override
    public long bytes(AudioWindows windows) {
        return (long) windows.logMel().capacity() * Float.BYTES;
    }

    @Override
    public DecodedMedia<EncodeAudioResponse, AudioWindows> decode(byte[] file, Deadline deadline) {
        AudioWindows windows = features.extract(file, deadline);
        int tokenCount = windows.tokenCount();
        EncodeAudioResponse accepted = EncodeAudioResponse.newBuilder()
                .setAccepted(AudioAccepted.newBuilder()
                        .setTokenCount(tokenCount)
                        .setDurationSeconds(tokenCount * secondsPerToken))
                .build();
        return new DecodedMedia<>(new Acceptance<>(tokenCount, accepted), windows);
    }

    @Override
    public Embeddings encode(AudioWindows windows) {
        return tower.encode(windows);
    }

    @Override
    public void close() {
        tower.close();
    }

    private void warmUp(int samplingRate) {
        byte[] silence = new byte[2 * samplingRate];
        AudioFormat format = new AudioFormat(samplingRate, 16, 1, true, false);
        ByteArrayOutputStream wav = new ByteArrayOutputStream();
        try {
            AudioSystem.write(
                    new AudioInputStream(new ByteArrayInputStream(silence), format, samplingRate),
                    AudioFileFormat.Type.WAVE,
                    wav);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        encode(decode(wav.toByteArray(), Deadline.NONE).input());
    }

    private static DescribeResponse describe(BundleManifest manifest, Engine engine) {
        return DescribeResponse.newBuilder()
                .setBundleId(manifest.bundleId())
                .setService("audio-encoder")
                .setEngine(engine.name())
                .setRowType(RowTypes.of(manifest.precision().rowType()))
                .setHiddenSize(manifest.decoder().hiddenSize())
                .build();
    }
}
