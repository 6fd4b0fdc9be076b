package ai.autoglm.toolkit.compile;

/// The largest magnitude among the numbers that a layer keeps in FLOAT16.
///
/// @param layer such as `layers.3.mlp`, or `head`
/// @param value the node that computes it
/// @param magnitude largest |x|
public record LayerMagnitude(String layer, String value, float magnitude) {}
