package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.chattemplate.ContentPart.Media;
import ai.autoglm.toolkit.chattemplate.ContentPart.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Conversations of every shape that a template has to render.
final class TemplateProbes {
    static final Conversation SEVERAL_TEXTS = conversation(user(new Text("first"), new Text("second")));

    private TemplateProbes() {}

    static List<Conversation> conversations(Set<MediaKind> mediaKinds) {
        Turn system = new Turn(Role.SYSTEM, "system");
        Turn user = new Turn(Role.USER, "question");
        Turn assistant = new Turn(Role.ASSISTANT, "answer");
        List<Conversation> probes = new ArrayList<>(List.of(
                conversation(user),
                conversation(system, user),
                conversation(user, assistant, user),
                conversation(system, user, assistant, user, assistant, user),
                new Conversation(List.of(user, assistant), false, null),
                SEVERAL_TEXTS));
        for (MediaKind kind : mediaKinds) {
            Media medium = new Media(kind);
            probes.add(conversation(user(medium)));
            probes.add(conversation(user(medium, new Text("after"))));
            probes.add(conversation(user(new Text("before"), medium)));
            probes.add(conversation(system, user(medium, medium, new Text("two")), assistant, user(medium)));
        }
        return probes;
    }

    private static Turn user(ContentPart... parts) {
        return new Turn(Role.USER, List.of(parts));
    }

    private static Conversation conversation(Turn... turns) {
        return new Conversation(List.of(turns), true, null);
    }
}
