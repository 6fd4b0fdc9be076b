package ai.autoglm.toolkit.chattemplate;

import java.util.Objects;

/// Why a template cannot render: the reason is a clause that a sentence can end with. Thrown through jinjava by
/// `raise_exception`; leaves this package as a `ServingException` only.
final class TemplateRefusal extends RuntimeException {
    TemplateRefusal(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return Objects.requireNonNull(getMessage());
    }
}
