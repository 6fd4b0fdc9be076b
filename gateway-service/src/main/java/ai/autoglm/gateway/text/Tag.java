package ai.autoglm.gateway.text;

/// The marks that the model itself sets around thought and answer.
enum Tag {
    THINK("<think>"),
    END_THINK("</think>"),
    ANSWER("<answer>"),
    END_ANSWER("</answer>");

    private final String text;

    Tag(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
