package ai.autoglm.gateway.openai;

import java.util.List;

/// What ends a generation beside the model itself.
///
/// @param strings texts that end it; they are not part of the answer unless `includeString`
/// @param tokenIds ids that end it, beside the model's own
/// @param minTokens no end before this many tokens
public record StopOptions(
        List<String> strings, boolean includeString, List<Integer> tokenIds, int minTokens, boolean ignoreEos) {
    /// Nothing but the model itself.
    public static final StopOptions NONE = new StopOptions(List.of(), false, List.of(), 0, false);

    public StopOptions {
        strings = List.copyOf(strings);
        tokenIds = List.copyOf(tokenIds);
    }
}
