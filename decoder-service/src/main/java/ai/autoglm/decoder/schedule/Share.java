package ai.autoglm.decoder.schedule;

/// Whose sequence it is, as far as that decides who comes next.
///
/// @param id empty: nobody's in particular
/// @param weight how much of the engine it gets beside other shares, at least 1
public record Share(String id, int weight) {
    /// Of whoever is not told apart from others.
    public static final Share NOBODYS = new Share("", 1);

    public Share {
        if (weight < 1) {
            throw new IllegalArgumentException("A share has a weight of at least 1, not " + weight);
        }
    }

    boolean isNobodys() {
        return id.isEmpty();
    }
}
