package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.SamplingParameters;
import ai.autoglm.proto.v1.StopConditions;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.digest.Sha256;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// One generation as every decoder that works on it gets it, whichever of them begins and whichever ends it.
///
/// @param cacheSalt whose prefix cache serves it
/// @param share whose place in a decoder's queue it takes
/// @param stop with the number of tokens that the first decoder had room for
record GenerationPlan(
        String bundleId,
        String requestId,
        String cacheSalt,
        DecoderShare share,
        FusedPrompt prompt,
        SamplingParameters sampling,
        StopConditions stop,
        GenerationOptions options) {
    /// What the gateway understands beyond the first release: `progress` before `accepted`, and `moved`.
    private static final int CLIENT_LEVEL = 1;

    static GenerationPlan of(
            BundleManifest manifest,
            String requestId,
            String cacheSalt,
            DecoderShare share,
            FusedPrompt prompt,
            GenerationOptions options,
            long seed,
            int maxTokens) {
        return new GenerationPlan(
                manifest.bundleId(),
                requestId,
                cacheSalt,
                share,
                prompt,
                StartMessage.sampling(options.sampling(), manifest.generation(), seed),
                StartMessage.stop(options.stop(), maxTokens),
                options);
    }

    /// The first message to a decoder.
    ///
    /// @param generated tokens that earlier decoders have delivered
    /// @param resumed whether another decoder had taken it
    GenerateRequest start(List<Integer> generated, boolean resumed) {
        GenerateRequest message =
                StartMessage.of(bundleId, requestId, cacheSalt, share, prompt, sampling, stop, options);
        GenerateStart.Builder start = message.getStart().toBuilder()
                .addAllGeneratedTokenIds(generated)
                .setResumed(resumed)
                .setClientLevel(CLIENT_LEVEL);
        if (!generated.isEmpty()) {
            // The prompt was scored before its first token came.
            start.clearPromptLogprobsCount();
        }
        return GenerateRequest.newBuilder().setStart(start).build();
    }

    /// Prompt and completion together, in tokens.
    int length() {
        return prompt.tokenCount() + stop.getMaxTokens();
    }

    /// What tells this generation from others of a different effect on a decoder: all that the decoder gets, but
    /// for the request's id, its caller and the seed.
    ByteString fingerprint() {
        SamplingParameters unseeded = sampling.toBuilder().clearSeed().build();
        GenerateRequest message =
                StartMessage.of(bundleId, "", "", DecoderShare.NOBODYS, prompt, unseeded, stop, options);
        byte[] bytes = new byte[message.getSerializedSize()];
        try {
            CodedOutputStream output = CodedOutputStream.newInstance(bytes);
            output.useDeterministicSerialization();
            message.writeTo(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.copyFrom(Sha256.begin().digest(bytes));
    }
}
