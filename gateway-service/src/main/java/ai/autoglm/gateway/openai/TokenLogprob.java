package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.stream.IntStream;

/// A token of the content with its log probability. Source: API 1.4.
///
/// @param id of the token
/// @param token what the token adds to the content: joined, the tokens of a content are the content
/// @param logprob at most 0, at least [#FLOOR]
/// @param bytes of the token, 0 to 255 each, which may be a part of a character
@JsonPropertyOrder({"token", "logprob", "bytes", "top_logprobs"})
public record TokenLogprob(
        @JsonIgnore int id, String token, double logprob, List<Integer> bytes, List<Alternative> topLogprobs) {
    /// Stands for the log probability of what is impossible, which JSON cannot write.
    public static final double FLOOR = -9999;

    public TokenLogprob {
        logprob = finite(logprob);
        bytes = List.copyOf(bytes);
        topLogprobs = List.copyOf(topLogprobs);
    }

    /// A token that might have been.
    @JsonPropertyOrder({"token", "logprob", "bytes"})
    public record Alternative(@JsonIgnore int id, String token, double logprob, List<Integer> bytes) {
        public Alternative {
            logprob = finite(logprob);
            bytes = List.copyOf(bytes);
        }
    }

    /// With only the first characters of what it adds, and their bytes.
    public TokenLogprob startingWith(int length) {
        if (length == token.length()) {
            return this;
        }
        String start = token.substring(0, length);
        return new TokenLogprob(id, start, logprob, bytesOf(start), topLogprobs);
    }

    private static List<Integer> bytesOf(String text) {
        ByteString utf8 = ByteString.copyFromUtf8(text);
        return IntStream.range(0, utf8.size())
                .mapToObj(index -> Byte.toUnsignedInt(utf8.byteAt(index)))
                .toList();
    }

    /// With the names that the client asked for.
    public TokenLogprob named(TokenForm form) {
        return new TokenLogprob(
                id,
                form.name(id, token),
                logprob,
                bytes,
                topLogprobs.stream()
                        .map(other ->
                                new Alternative(other.id, form.name(other.id, other.token), other.logprob, other.bytes))
                        .toList());
    }

    static double finite(double logprob) {
        return Double.isNaN(logprob) ? FLOOR : Math.clamp(logprob, FLOOR, 0);
    }
}
