package ai.autoglm.toolkit.tokenizer;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenizerJson.AddedToken;
import ai.autoglm.toolkit.tokenizer.TokenizerJson.VocabularyEntry;
import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// The tokenizer of a model: Hugging Face's own, through DJL. It never truncates, pads or adds tokens.
///
/// Two native tokenizers are made from one `tokenizer.json`, because no switch of Hugging Face's stops it from parsing
/// control tokens in text: [#encodeTemplate] knows all tokens and is for text that the chat template wrote,
/// [#encodeText] cannot produce a `special: true` token and is for everything that a client wrote. Added tokens with
/// `special: false`, such as `<think>`, are parsed by both, as transformers does.
///
/// Safe for concurrent callers: encoding only reads the native tokenizer, whose word cache is locked there.
/// Not to be used after [#close].
///
/// **Native library.** At first use DJL unpacks it (15 MB) below `ENGINE_CACHE_DIR` (environment variable or system
/// property), else below `DJL_CACHE_DIR`, else `~/.djl.ai`, else, where the home is read-only,
/// `java.io.tmpdir/.djl.ai`, and loads it from there. With a read-only file system set `ENGINE_CACHE_DIR` to a
/// writable directory that other users cannot write to and that permits execution. `RUST_LIBRARY_PATH` names a
/// directory with an unpacked library instead. DJL is put in offline mode, so that it neither probes cloud
/// metadata nor downloads a CUDA build.
public final class Tokenizer implements AutoCloseable {
    private static final Map<String, String> PLAIN =
            Map.of("addSpecialTokens", "false", "truncation", "do_not_truncate", "padding", "do_not_pad");
    private static final char REPLACEMENT = '\uFFFD';

    static {
        System.setProperty("ai.djl.offline", "true");
    }

    private final HuggingFaceTokenizer templateTokenizer;
    private final HuggingFaceTokenizer textTokenizer;
    private final byte[][] bytes; // [id], empty where no token has the id
    private final BitSet special; // [id]
    private final Map<String, Integer> addedTokens;
    private final List<String> specialTokens;
    private final TextPieces pieces;
    private final int longestTokenBytes;

    private Tokenizer(TokenizerJson json) {
        int highest = Math.max(
                json.addedTokens().stream().mapToInt(AddedToken::id).max().orElse(0),
                json.vocabulary().stream().mapToInt(VocabularyEntry::id).max().orElse(0));
        bytes = new byte[highest + 1][];
        Arrays.fill(bytes, new byte[0]);
        special = new BitSet(highest + 1);
        addedTokens = HashMap.newHashMap(json.addedTokens().size());
        for (VocabularyEntry entry : json.vocabulary()) {
            bytes[entry.id()] = ByteAlphabet.decode(entry.token());
        }
        for (AddedToken token : json.addedTokens()) {
            bytes[token.id()] = token.content().getBytes(StandardCharsets.UTF_8);
            special.set(token.id(), token.special());
            addedTokens.put(token.content(), token.id());
        }
        specialTokens = json.addedTokens().stream()
                .filter(AddedToken::special)
                .map(AddedToken::content)
                .toList();
        pieces = json.textPieces();
        longestTokenBytes =
                Arrays.stream(bytes).mapToInt(token -> token.length).max().orElse(0);
        templateTokenizer = nativeTokenizer(json.source());
        textTokenizer = nativeTokenizer(json.withUnspeakableSpecialTokens());
    }

    /// Reads a `tokenizer.json`.
    ///
    /// @throws ServingException INVALID_CHECKPOINT when it is unreadable or no byte-level BPE tokenizer,
    ///     INVALID_CONFIGURATION when the native library cannot be unpacked or loaded
    public static Tokenizer load(Path tokenizerJson) {
        TokenizerJson json = TokenizerJson.read(tokenizerJson);
        Tokenizer tokenizer = new Tokenizer(json);
        json.addedTokens().forEach(tokenizer::verify);
        return tokenizer;
    }

    /// A file whose added tokens do not follow the vocabulary without a gap gives them other ids than it says.
    private void verify(AddedToken token) {
        TokenIds ids = token.special() ? encodeTemplate(token.content()) : encodeText(token.content());
        if (!ids.equals(TokenIds.of(token.id()))) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT,
                    "tokenizer.json says that %s has id %d, but it encodes as %s"
                            .formatted(token.content(), token.id(), ids));
        }
    }

    /// Encodes text that the chat template wrote: control tokens in it become their ids.
    public TokenIds encodeTemplate(String text) {
        return ids(templateTokenizer.encode(withoutLoneSurrogates(text)));
    }

    /// Encodes text that a client wrote: control tokens in it stay text. Surrogates without a partner, which no UTF-8
    /// text has, are read as U+FFFD.
    public TokenIds encodeText(String text) {
        return encodeText(text, EncodingWatch.NONE);
    }

    /// The same, piece by piece where the text is long: what the native tokenizer takes for a piece is given back
    /// before the next one.
    public TokenIds encodeText(String text, EncodingWatch watch) {
        TokenIds.Builder ids = TokenIds.builder();
        for (String piece : pieces.of(withoutLoneSurrogates(text))) {
            ids.append(ids(encode(piece, watch)));
        }
        return ids.build();
    }

    /// As [#encodeText], with the stretch of text that each token came from.
    public SpannedTokenIds encodeTextWithSpans(String text, EncodingWatch watch) {
        List<SpannedTokenIds> encoded = new ArrayList<>();
        int position = 0;
        for (String piece : pieces.of(withoutLoneSurrogates(text))) {
            Encoding encoding = encode(piece, watch);
            encoded.add(SpannedTokenIds.of(ids(encoding), encoding.getCharTokenSpans(), position));
            position += piece.codePointCount(0, piece.length());
        }
        return SpannedTokenIds.join(encoded);
    }

    private Encoding encode(String piece, EncodingWatch watch) {
        int tokenCount = 0;
        watch.begin(piece.length());
        try {
            Encoding encoding = textTokenizer.encode(piece);
            tokenCount = encoding.getIds().length;
            return encoding;
        } finally {
            watch.end(piece.length(), tokenCount);
        }
    }

    /// The id of an added token, such as `<|image|>` or `<think>`; empty when the tokenizer has no such added token.
    public OptionalInt idOf(String addedToken) {
        Integer id = addedTokens.get(addedToken);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /// Every `special: true` token as text, in the order of the file.
    public List<String> specialTokens() {
        return specialTokens;
    }

    /// Whether the id is a control token (`special: true`), which is never shown to a client.
    public boolean isSpecial(int id) {
        return special.get(id);
    }

    /// The bytes that a token stands for, which may be a part of a code point; none for an id without a token.
    public byte[] bytes(int id) {
        return bytesOrNone(id).clone();
    }

    /// The bytes of one token read as UTF-8; what is incomplete on its own is shown as U+FFFD.
    public String text(int id) {
        return new String(bytesOrNone(id), StandardCharsets.UTF_8);
    }

    /// The bytes of all tokens read as UTF-8, control tokens included: what [#encodeTemplate] would have made them of.
    public String text(TokenIds ids) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ids.stream().forEach(id -> text.writeBytes(bytesOrNone(id)));
        return text.toString(StandardCharsets.UTF_8);
    }

    /// Bytes of the longest token: a text has at least as many tokens as its UTF-8 form has times so many bytes.
    public int longestTokenBytes() {
        return longestTokenBytes;
    }

    /// Highest id + 1. The model may have more logit rows than this; those are never valid output.
    public int vocabularySize() {
        return bytes.length;
    }

    @Override
    public void close() {
        templateTokenizer.close();
        textTokenizer.close();
    }

    byte[] bytesOrNone(int id) {
        return id < bytes.length ? bytes[id] : new byte[0];
    }

    private static HuggingFaceTokenizer nativeTokenizer(String json) {
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), PLAIN);
        } catch (EngineException | LinkageError e) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The native tokenizer library cannot be unpacked or loaded: set ENGINE_CACHE_DIR to a directory"
                            + " that can be written to and executed from",
                    e);
        } catch (IOException | RuntimeException e) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT, "tokenizer.json is not accepted: " + e.getMessage(), e);
        }
    }

    private static TokenIds ids(Encoding encoding) {
        return TokenIds.of(
                Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray());
    }

    /// A lone surrogate has no UTF-8 form: Java's native string hands it on as three invalid bytes.
    private static String withoutLoneSurrogates(String text) {
        if (text.codePoints().noneMatch(Tokenizer::isSurrogate)) {
            return text;
        }
        return text.codePoints()
                .map(codePoint -> isSurrogate(codePoint) ? REPLACEMENT : codePoint)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
