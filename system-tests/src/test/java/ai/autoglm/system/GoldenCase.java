package ai.autoglm.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A conversation and what transformers answers to it. The README beside golden.json explains each key.
record GoldenCase(String name, JsonNode json) {
    static List<GoldenCase> all() {
        return Json.read(Repository.golden("golden.json"))
                .valueStream()
                .map(json -> new GoldenCase(json.path("name").asText(), json))
                .toList();
    }

    static GoldenCase named(String name) {
        return all().stream()
                .filter(golden -> golden.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    String greedyText() {
        return json.path("greedy_text").asText();
    }

    String finishReason() {
        return json.path("finish_reason").asText();
    }

    int promptTokenCount() {
        return json.path("prompt_token_ids").size();
    }

    int greedyTokenCount() {
        return json.path("greedy_token_ids").size();
    }

    /// As a client sends it. Thinking is turned off where the case says so, and not mentioned otherwise.
    Map<String, Object> request() {
        return request(UnaryOperator.identity(), UnaryOperator.identity());
    }

    /// The same with other bytes for each PNG and WAV file.
    Map<String, Object> request(UnaryOperator<byte[]> ofPng, UnaryOperator<byte[]> ofWav) {
        Iterator<JsonNode> images = json.path("images").iterator();
        Iterator<JsonNode> audios = json.path("audios").iterator();
        List<Map<String, Object>> messages = new ArrayList<>();
        for (JsonNode message : json.path("messages")) {
            List<Object> parts = new ArrayList<>();
            for (JsonNode part : message.path("parts")) {
                parts.add(
                        switch (part.asText()) {
                            case "image" ->
                                ChatRequests.image(ofPng.apply(
                                        Repository.golden(images.next().asText())));
                            case "audio" ->
                                ChatRequests.audio(
                                        ofWav.apply(
                                                Repository.golden(audios.next().asText())),
                                        "wav");
                            default -> part.asText();
                        });
            }
            messages.add(ChatRequests.message(message.path("role").asText(), parts.toArray()));
        }
        Map<String, Object> request = ChatRequests.chat(messages);
        request.put("max_tokens", json.path("max_tokens").asInt());
        if (!json.path("enable_thinking").asBoolean()) {
            request.put("enable_thinking", false);
        }
        return request;
    }

    @Override
    public String toString() {
        return name;
    }
}
