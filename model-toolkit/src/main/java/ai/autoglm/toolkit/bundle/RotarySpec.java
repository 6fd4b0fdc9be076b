package ai.autoglm.toolkit.bundle;

import java.util.List;

/// Rotary position embedding of the decoder. Source: MODEL_SPEC A.3.
///
/// @param theta base of the frequencies
/// @param rotaryDimension R: how many leading dimensions of each head rotate; even
/// @param interleaved whether pairs are adjacent (GLM) or half a rotary width apart (Llama)
/// @param sections how many of the R/2 frequencies follow the temporal, height and width position; empty when positions
///     have one axis
public record RotarySpec(double theta, int rotaryDimension, boolean interleaved, List<Integer> sections) {
    public RotarySpec {
        sections = List.copyOf(sections);
        int sum = sections.stream().mapToInt(Integer::intValue).sum();
        if (!sections.isEmpty() && (sections.size() != 3 || sum != rotaryDimension / 2)) {
            throw new IllegalArgumentException(
                    "mrope_section " + sections + " sums to " + sum + " but the rotary width "
                            + rotaryDimension + " has " + rotaryDimension / 2
                            + " frequencies: partial_rotary_factor or mrope_section is missing or wrong in config.json");
        }
    }
}
