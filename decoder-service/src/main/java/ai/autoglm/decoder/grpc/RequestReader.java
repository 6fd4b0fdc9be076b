package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.PromptSegment;
import ai.autoglm.decoder.sampling.SamplingParameters;
import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.decoder.sampling.TokenRestrictions;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.decoder.schedule.Share;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.MediaRun;
import ai.autoglm.proto.v1.TokenRun;
import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.TokenMask;
import ai.autoglm.toolkit.position.PositionRun;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks a call's first message and makes a request of it. Nothing behind this has to distrust a number
/// again.
///
/// @param maxModelLength prompt and answer together, in tokens
record RequestReader(
        String bundleId, TokenSpec tokens, int vocabularySize, int maxModelLength, GrammarReader grammars) {
    private static final int MAX_LOGPROBS = 20;
    private static final int MAX_SHARE_ID_LENGTH = 256;
    private static final int MAX_SHARE_WEIGHT = 1_000_000;
    private static final int SHA256_BYTES = 32;
    /// Log probabilities of a prompt that are told at most, those of likelier tokens included.
    private static final int MAX_PROMPT_LOGPROBS = 131_072;
    private static final int MAX_BANNED_TOKENS = 16_384;

    /// @throws ServingException that says what is wrong with the request
    GenerationRequest read(GenerateStart start) {
        if (!start.getBundleId().equals(bundleId)) {
            throw new ServingException(
                    ErrorCode.BUNDLE_MISMATCH,
                    "The decoder serves bundle " + bundleId + ", not " + start.getBundleId() + ".");
        }
        StopConditions stop = stop(start);
        requireLength(start, stop.maxTokens());
        TokenIds generated = tokenIds(start.getGeneratedTokenIdsList());
        if (generated.size() > stop.maxTokens()) {
            throw invalid(generated.size() + " tokens were generated before, but max_tokens is " + stop.maxTokens());
        }
        FusedPrompt prompt = prompt(start);
        return new GenerationRequest(
                start.getRequestId(),
                prompt,
                sampling(start, stop),
                stop,
                generated,
                start.getResumed(),
                start.getCacheSalt(),
                start.hasLogprobsCount() ? logprobsCount("top_logprobs", start.getLogprobsCount()) : null,
                start.hasPromptLogprobsCount() ? promptLogprobsCount(start, prompt.rowCount()) : null,
                start.hasGrammar() ? grammars.read(start.getGrammar(), this::tokenIds) : null,
                share(start));
    }

    /// Before anything is allocated for the prompt.
    private void requireLength(GenerateStart start, int maxTokens) {
        long promptLength = 0;
        for (ai.autoglm.proto.v1.PromptSegment segment : start.getPromptList()) {
            promptLength += segment.getTokens().getTokenIdsCount()
                    + Integer.toUnsignedLong(segment.getMedia().getTokenCount());
        }
        if (promptLength == 0) {
            throw new ServingException(ErrorCode.EMPTY_ARRAY, "The prompt is empty.");
        }
        if (promptLength + maxTokens > maxModelLength) {
            throw new ServingException(
                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                    "This model's maximum context length is " + maxModelLength + " tokens, but the request needs "
                            + (promptLength + maxTokens) + ": " + promptLength + " in the prompt and " + maxTokens
                            + " for the answer.");
        }
    }

    private FusedPrompt prompt(GenerateStart start) {
        List<PromptSegment> segments = new ArrayList<>();
        for (ai.autoglm.proto.v1.PromptSegment segment : start.getPromptList()) {
            boolean fused = segment.getFused();
            segments.add(
                    switch (segment.getContentCase()) {
                        case TOKENS -> text(fused, segment.getTokens());
                        case MEDIA -> media(fused, segment.getMedia());
                        case CONTENT_NOT_SET -> throw invalid("a prompt segment has no content");
                    });
        }
        return new FusedPrompt(segments);
    }

    private PromptSegment text(boolean fused, TokenRun run) {
        return new PromptSegment.TokenRun(fused, tokenIds(run.getTokenIdsList()));
    }

    private PromptSegment media(boolean fused, MediaRun run) {
        if (run.getSha256().size() != SHA256_BYTES) {
            throw invalid("a medium's sha256 has " + run.getSha256().size() + " bytes instead of " + SHA256_BYTES);
        }
        if (run.getTokenCount() < 1) {
            throw invalid("a medium has no rows");
        }
        String sha256 = HexFormat.of().formatHex(run.getSha256().toByteArray());
        return switch (run.getKindCase()) {
            case IMAGE ->
                new PromptSegment.MediaRun(fused, sha256, placeholder(tokens.image(), "images"), imageRun(run));
            case AUDIO ->
                new PromptSegment.MediaRun(
                        fused,
                        sha256,
                        placeholder(tokens.audio(), "audio"),
                        new PositionRun.TextRun(run.getTokenCount()));
            case KIND_NOT_SET -> throw invalid("a medium is neither image nor audio");
        };
    }

    private static PositionRun imageRun(MediaRun run) {
        int rows = run.getImage().getMergedRows();
        int columns = run.getImage().getMergedColumns();
        if (rows < 1 || columns < 1 || (long) rows * columns != run.getTokenCount()) {
            throw invalid("an image of " + Integer.toUnsignedString(rows) + " × " + Integer.toUnsignedString(columns)
                    + " tokens does not have " + run.getTokenCount() + " rows");
        }
        return new PositionRun.ImageRun(rows, columns);
    }

    private static int placeholder(@Nullable Integer id, String media) {
        if (id == null) {
            throw new ServingException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "This model does not take " + media + ".");
        }
        return id;
    }

    private SamplingParameters sampling(GenerateStart start, StopConditions stop) {
        if (!start.hasSampling()) {
            throw invalid("the sampling parameters are missing");
        }
        ai.autoglm.proto.v1.SamplingParameters sampling = start.getSampling();
        sampling.getLogitBiasMap().keySet().forEach(this::requireToken);
        return new SamplingParameters(
                sampling.getTemperature(),
                sampling.getTopP(),
                (int) Math.min(Integer.toUnsignedLong(sampling.getTopK()), vocabularySize),
                sampling.getMinP(),
                sampling.getSeed(),
                sampling.getPresencePenalty(),
                sampling.getFrequencyPenalty(),
                sampling.getRepetitionPenalty(),
                sampling.getLogitBiasMap(),
                restrictions(start, stop));
    }

    private TokenRestrictions restrictions(GenerateStart start, StopConditions stop) {
        List<Integer> allowedIds = start.getSampling().getAllowedTokenIdsList();
        List<TokenIds> banned = start.getSampling().getBannedSequencesList().stream()
                .map(run -> tokenIds(run.getTokenIdsList()))
                .toList();
        if (allowedIds.isEmpty() && banned.isEmpty()) {
            return TokenRestrictions.NONE;
        }
        if (start.hasGrammar()) {
            throw invalid("tokens are ruled out, and there is a grammar");
        }
        if (banned.stream().anyMatch(TokenIds::isEmpty)) {
            throw invalid("a banned sequence is empty");
        }
        int bannedTokens = banned.stream().mapToInt(TokenIds::size).sum();
        if (bannedTokens > MAX_BANNED_TOKENS) {
            throw invalid(
                    "the banned sequences have " + bannedTokens + " tokens, but the limit is " + MAX_BANNED_TOKENS);
        }
        allowedIds.forEach(this::requireToken);
        TokenMask allowed =
                allowedIds.isEmpty() ? null : TokenMask.none(vocabularySize).with(allowedIds);
        requireAny(allowed, banned, stop);
        return new TokenRestrictions(allowed, banned);
    }

    /// Before any sequence of several tokens can be complete.
    private void requireAny(@Nullable TokenMask allowed, List<TokenIds> banned, StopConditions stop) {
        TokenMask first = (allowed == null ? TokenMask.all(vocabularySize) : allowed)
                .without(banned.stream()
                        .filter(sequence -> sequence.size() == 1)
                        .map(sequence -> sequence.at(0))
                        .toList());
        if (stop.minTokens() > 0) {
            first = first.without(stop.endOfSequenceIds()).without(stop.stopTokenIds());
        }
        if (first.isEmpty()) {
            throw new ServingException(
                    ErrorCode.INVALID_VALUE,
                    "'allowed_token_ids', 'bad_words' and 'min_tokens' leave no token to begin the answer with.");
        }
    }

    private StopConditions stop(GenerateStart start) {
        ai.autoglm.proto.v1.StopConditions stop = start.getStop();
        stop.getStopTokenIdsList().forEach(this::requireToken);
        return new StopConditions(
                signed(stop.getMaxTokens()),
                signed(stop.getMinTokens()),
                stop.getIgnoreEos() ? Set.of() : new HashSet<>(tokens.endOfSequence()),
                new HashSet<>(stop.getStopTokenIdsList()));
    }

    private static Share share(GenerateStart start) {
        if (start.getShareId().length() > MAX_SHARE_ID_LENGTH) {
            throw invalid("the share's id has more than " + MAX_SHARE_ID_LENGTH + " characters");
        }
        return new Share(
                start.getShareId(), Math.clamp(Integer.toUnsignedLong(start.getShareWeight()), 1, MAX_SHARE_WEIGHT));
    }

    private static int logprobsCount(String name, int unsigned) {
        int count = signed(unsigned);
        if (count > MAX_LOGPROBS) {
            throw new ServingException(
                    ErrorCode.INTEGER_ABOVE_MAX_VALUE,
                    name + " must be at most " + MAX_LOGPROBS + ", not " + count + ".");
        }
        return count;
    }

    private static int promptLogprobsCount(GenerateStart start, int promptLength) {
        int count = logprobsCount("prompt_logprobs", start.getPromptLogprobsCount());
        long told = (count + 1L) * promptLength;
        if (told > MAX_PROMPT_LOGPROBS) {
            throw invalid(
                    told + " log probabilities of the prompt are asked for, but the limit is " + MAX_PROMPT_LOGPROBS);
        }
        return count;
    }

    private TokenIds tokenIds(List<Integer> ids) {
        TokenIds.Builder checked = TokenIds.builder();
        for (int id : ids) {
            requireToken(id);
            checked.append(id);
        }
        return checked.build();
    }

    private void requireToken(int id) {
        if (id < 0 || id >= vocabularySize) {
            throw invalid(
                    "token id " + Integer.toUnsignedString(id) + " is outside the vocabulary of " + vocabularySize);
        }
    }

    /// Larger than any limit rather than negative.
    private static int signed(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }

    private static ServingException invalid(String reason) {
        return new ServingException(ErrorCode.INVALID_VALUE, "The request cannot be decoded: " + reason + ".");
    }
}
