package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// A value of the body that knows where it stands, so that each error can say so. Nothing is coerced: a number in
/// quotes is a string.
///
/// @param path dotted, such as `messages[0].content[1].image_url.url`
public record JsonValue(JsonNode node, String path) {
    private static final int MAX_ECHO_LENGTH = 64;
    private static final int MAX_IDENTIFIER_LENGTH = 64;
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_-]+");
    private static final char REPLACEMENT = '\uFFFD';

    public boolean isString() {
        return node.isTextual();
    }

    /// Surrogates without a partner are read as U+FFFD.
    public String string() {
        if (!node.isTextual()) {
            throw wrongType("a string");
        }
        return wellFormed(node.textValue());
    }

    public String string(int maxLength) {
        String text = string();
        if (text.length() > maxLength) {
            throw error(
                    ErrorCode.STRING_ABOVE_MAX_LENGTH,
                    "may have at most " + maxLength + " characters, not " + text.length() + ".");
        }
        return text;
    }

    public String oneOf(List<String> values) {
        String text = string();
        if (!values.contains(text)) {
            throw error(
                    ErrorCode.INVALID_VALUE,
                    "must be one of " + String.join(", ", values) + ", not " + echo(text) + ".");
        }
        return text;
    }

    /// A name of letters, digits, `_` and `-`, as OpenAI has them for tools and schemas.
    String identifier() {
        String text = string(MAX_IDENTIFIER_LENGTH);
        if (!IDENTIFIER.matcher(text).matches()) {
            throw error(ErrorCode.INVALID_VALUE, "must be of letters, digits, '_' and '-', not " + echo(text) + ".");
        }
        return text;
    }

    public boolean bool() {
        if (!node.isBoolean()) {
            throw wrongType("true or false");
        }
        return node.booleanValue();
    }

    /// A whole number; `2.0` is one too.
    public int integer(int min, int max) {
        return Math.toIntExact(integer((long) min, max));
    }

    public long integer(long min, long max) {
        BigInteger value = wholeNumber();
        if (value.compareTo(BigInteger.valueOf(min)) < 0) {
            throw error(ErrorCode.INTEGER_BELOW_MIN_VALUE, "must be at least " + min + ", not " + echo(value) + ".");
        }
        if (value.compareTo(BigInteger.valueOf(max)) > 0) {
            throw error(ErrorCode.INTEGER_ABOVE_MAX_VALUE, "must be at most " + max + ", not " + echo(value) + ".");
        }
        return value.longValueExact();
    }

    /// A number within finite limits, and so a finite one.
    public double number(double min, double max) {
        if (!node.isNumber()) {
            throw wrongType("a number");
        }
        double value = node.doubleValue();
        if (value < min) {
            throw error(
                    ErrorCode.DECIMAL_BELOW_MIN_VALUE,
                    "must be at least " + plain(min) + ", not " + plain(value) + ".");
        }
        if (value > max) {
            throw error(
                    ErrorCode.DECIMAL_ABOVE_MAX_VALUE, "must be at most " + plain(max) + ", not " + plain(value) + ".");
        }
        return value;
    }

    public JsonFields fields() {
        return new JsonFields(object(), path);
    }

    ObjectNode object() {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw wrongType("an object");
    }

    public List<JsonValue> elements() {
        if (!node.isArray()) {
            throw wrongType("an array");
        }
        return IntStream.range(0, node.size())
                .mapToObj(i -> new JsonValue(node.get(i), path + "[" + i + "]"))
                .toList();
    }

    public List<JsonValue> elements(int maxLength) {
        List<JsonValue> elements = elements();
        if (elements.size() > maxLength) {
            throw error(
                    ErrorCode.ARRAY_ABOVE_MAX_LENGTH,
                    "may have at most " + maxLength + " elements, not " + elements.size() + ".");
        }
        return elements;
    }

    public ServingException wrongType(String expected) {
        return error(ErrorCode.INVALID_TYPE, "must be " + expected + ", not " + typeName() + ".");
    }

    /// @param rule what follows the field's name in the message
    public ServingException error(ErrorCode code, String rule) {
        return new ServingException(code, "'" + path + "' " + rule).withParam(path);
    }

    /// A client's text within a message: short, on one line, and always encodable.
    public static String echo(Object text) {
        String line = wellFormed(text.toString()).replaceAll("\\p{Cntrl}", " ");
        return line.length() <= MAX_ECHO_LENGTH
                ? line
                : line.substring(0, line.offsetByCodePoints(0, line.codePointCount(0, MAX_ECHO_LENGTH))) + "…";
    }

    private BigInteger wholeNumber() {
        if (!node.isNumber()) {
            throw wrongType("a whole number");
        }
        if (node.isIntegralNumber()) {
            return node.bigIntegerValue();
        }
        double value = node.doubleValue();
        if (!Double.isFinite(value) || value != Math.rint(value)) {
            throw error(ErrorCode.INVALID_TYPE, "must be a whole number, not " + plain(value) + ".");
        }
        return BigDecimal.valueOf(value).toBigInteger();
    }

    private String typeName() {
        return switch (node.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            default -> node.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }

    private static String plain(double value) {
        return Double.isFinite(value)
                ? echo(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString())
                : "a number too large";
    }

    private static String wellFormed(String text) {
        if (!hasSurrogate(text)) {
            return text;
        }
        return text.codePoints()
                .map(point ->
                        point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? REPLACEMENT : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// A loop, since a stream takes ten times as long over the megabytes of a medium.
    private static boolean hasSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }
}
