package ai.autoglm.gateway.auth;

/// Whose request it is, as limits and logs know it.
///
/// @param name of the key; never the key itself
public record Caller(String name) {
    /// Everybody, where no keys are configured.
    public static final Caller ANYONE = new Caller("anyone");
}
