package ai.autoglm.toolkit.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Turns generated ids into text as they come, one detokenizer per choice. Text leaves in whole code points only:
/// bytes of an incomplete one wait (three at most) for the next token, so a chunk never ends in half a character
/// or half a surrogate pair. Bytes that can never become a code point are U+FFFD. Control tokens (`special: true`)
/// have no text, unless they are asked for.
/// The work per token does not grow with the text. Not thread-safe. Source: API.md 1.6.
public final class Detokenizer {
    private static final int MAX_WAITING_BYTES = 3;

    private final Tokenizer tokenizer;
    private final boolean showsSpecial;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final byte[] waiting = new byte[MAX_WAITING_BYTES];
    private int waitingCount;

    public Detokenizer(Tokenizer tokenizer) {
        this(tokenizer, false);
    }

    /// @param showsSpecial whether control tokens have a text
    public Detokenizer(Tokenizer tokenizer, boolean showsSpecial) {
        this.tokenizer = tokenizer;
        this.showsSpecial = showsSpecial;
    }

    /// Takes the next id and gives the text that is now complete, which may be empty.
    public String append(int id) {
        return tokenizer.isSpecial(id) && !showsSpecial ? "" : decode(tokenizer.bytesOrNone(id), false);
    }

    /// Ends the text: an incomplete code point that still waits is given as U+FFFD. Afterwards a new text may begin.
    public String finish() {
        String rest = decode(new byte[0], true);
        decoder.reset();
        return rest;
    }

    private String decode(byte[] bytes, boolean end) {
        ByteBuffer input = ByteBuffer.allocate(waitingCount + bytes.length);
        input.put(waiting, 0, waitingCount).put(bytes).flip();
        // A byte gives one char at most.
        CharBuffer text = CharBuffer.allocate(input.remaining());
        decoder.decode(input, text, end);
        waitingCount = input.remaining();
        input.get(waiting, 0, waitingCount);
        return text.flip().toString();
    }
}
