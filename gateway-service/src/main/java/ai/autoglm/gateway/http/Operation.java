package ai.autoglm.gateway.http;

import java.util.List;

/// What the OpenAPI document says of a route.
///
/// @param name unique; clients are generated with it
/// @param summary in a few words
/// @param tag heading under which it stands
/// @param requests forms of the request body; none where there is no body
/// @param answers forms of the body that a status of 200 has
public record Operation(String name, String summary, String tag, List<Body> requests, List<Body> answers) {
    public Operation {
        requests = List.copyOf(requests);
        answers = List.copyOf(answers);
    }

    /// An operation without a request body.
    public static Operation of(String name, String summary, String tag, Body... answers) {
        return new Operation(name, summary, tag, List.of(), List.of(answers));
    }

    /// The same with a request body.
    public Operation taking(Body request) {
        return new Operation(name, summary, tag, List.of(request), answers);
    }

    /// A body of one media type.
    public record Body(String mediaType, Shape shape) {
        /// JSON in the shape of a type, as it is written.
        public static Body json(Class<?> type) {
            return new Body("application/json", new Shape.Written(type));
        }

        /// Server-sent events, each in the shape of a type.
        public static Body events(Class<?> type) {
            return new Body("text/event-stream", new Shape.Written(type));
        }

        /// Text without a structure that could be described.
        public static Body text(String mediaType) {
            return new Body(mediaType, new Shape.Text());
        }

        /// What a parser reads, described in the file of request schemas.
        public static Body read(String mediaType, String schemaName) {
            return new Body(mediaType, new Shape.Read(schemaName));
        }
    }

    /// How a body looks.
    public sealed interface Shape {
        /// As this type is written.
        record Written(Class<?> type) implements Shape {}

        /// As the schema of this name says.
        record Read(String schemaName) implements Shape {}

        record Text() implements Shape {}
    }
}
