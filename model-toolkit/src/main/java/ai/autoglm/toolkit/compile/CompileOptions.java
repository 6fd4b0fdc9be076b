package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;

/// What can be chosen when a checkpoint is compiled. Part of the bundle's identity.
public record CompileOptions(Precision precision, ContentFormat contentFormat) {
    /// fp32 weights, message parts as the template renders them.
    public static CompileOptions defaults() {
        return new CompileOptions(Precision.FP32, ContentFormat.PARTS);
    }
}
