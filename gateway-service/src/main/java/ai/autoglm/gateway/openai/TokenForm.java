package ai.autoglm.gateway.openai;

/// How a client wants to see the tokens behind a text. Source: vLLM's extra parameters, API 1.2.
///
/// @param returnsIds whether the ids of prompt and answer are told
/// @param namedById whether log probabilities name tokens `token_id:<id>` instead of by their text
/// @param showsSpecial whether control tokens that the model writes are part of the text
public record TokenForm(boolean returnsIds, boolean namedById, boolean showsSpecial) {
    /// The text alone, without control tokens.
    public static final TokenForm TEXT = new TokenForm(false, false, false);

    /// The name of a token in log probabilities.
    public String name(int id, String text) {
        return namedById ? "token_id:" + id : text;
    }
}
