package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.List;

/// One message of a conversation. String content is the same as one text part. Only users may send media.
public record Turn(Role role, List<ContentPart> parts) {
    public Turn {
        parts = List.copyOf(parts);
        if (role != Role.USER && parts.stream().anyMatch(ContentPart.Media.class::isInstance)) {
            throw new ServingException(
                    ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                    "A message of role '%s' can only have text parts".formatted(role.templateName()));
        }
    }

    public Turn(Role role, String text) {
        this(role, List.of(new ContentPart.Text(text)));
    }
}
