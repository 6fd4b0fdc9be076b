package ai.autoglm.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;

/// An answer that is no stream: a completion or an error.
record ChatAnswer(int status, HttpHeaders headers, JsonNode body) {
    String content() {
        if (status != 200) {
            throw new AssertionError("status " + status + ": " + body);
        }
        return body.at("/choices/0/message/content").asText();
    }

    String finishReason() {
        return body.at("/choices/0/finish_reason").asText();
    }

    int promptTokens() {
        return body.at("/usage/prompt_tokens").asInt();
    }

    int completionTokens() {
        return body.at("/usage/completion_tokens").asInt();
    }

    int totalTokens() {
        return body.at("/usage/total_tokens").asInt();
    }

    String errorCode() {
        return body.at("/error/code").asText();
    }

    String errorMessage() {
        return body.at("/error/message").asText();
    }
}
