package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.jspecify.annotations.Nullable;

/// Decimal numbers within bounds, digit by digit, without exponents. Where a bound is absent, [#DIGITS] digits are.
final class JsonNumbers {
    private static final int DIGITS = 15;
    private static final int MAX_BOUND_DIGITS = 40;
    private static final String ANY_FRACTION = "(\\.[0-9]+)?";

    private static final int MAX_STEP_STATES = 20_000;

    private final Algebra algebra;

    JsonNumbers(Algebra algebra) {
        this.algebra = algebra;
    }

    /// @param value how far numbers go in one direction
    /// @param exclusive whether they end before it
    record Bound(BigDecimal value, boolean exclusive) {
        Bound {
            if (value.precision() > MAX_BOUND_DIGITS || Math.abs(value.scale()) > MAX_BOUND_DIGITS) {
                throw Refusal.because("The bound of a number has more than " + MAX_BOUND_DIGITS + " digits.");
            }
        }

        Bound negated() {
            return new Bound(value.negate(), exclusive);
        }
    }

    Automaton integers(@Nullable Bound min, @Nullable Bound max) {
        BigInteger lowest = min == null ? limit(max).negate() : ceiling(min);
        BigInteger highest = max == null ? limit(min) : ceiling(max.negated()).negate();
        List<Automaton> parts = new ArrayList<>();
        if (highest.signum() >= 0) {
            parts.add(wholeNumbers(lowest.max(BigInteger.ZERO), highest));
        }
        if (lowest.signum() < 0) {
            parts.add(negative(wholeNumbers(highest.negate().max(BigInteger.ONE), lowest.negate())));
        }
        return algebra.union(parts);
    }

    /// Those of some numbers that are multiples of a schema's steps, and none of the numbers that it excludes.
    Automaton constrained(Automaton numbers, JsonNode schema) {
        Automaton constrained = numbers;
        for (JsonNode step : SchemaReader.list(schema, "multipleOf")) {
            constrained = algebra.intersection(constrained, multiplesOf(step(step)));
        }
        for (JsonNode value : schema.path(SchemaReader.EXCLUDED)) {
            if (value.isNumber()) {
                constrained = algebra.minus(constrained, spellings(value.decimalValue()));
            }
        }
        return constrained;
    }

    /// The value of `multipleOf`.
    static BigDecimal step(JsonNode value) {
        if (!value.isNumber() || value.decimalValue().signum() <= 0) {
            throw Refusal.because("\"multipleOf\" must be a number above 0.");
        }
        return value.decimalValue();
    }

    /// Digits of multiples of a step, with a sign or without. A state is the remainder of the digits so far, and
    /// how many of them stand behind the point.
    private static Automaton multiplesOf(BigDecimal step) {
        BigDecimal plain = step.stripTrailingZeros();
        int places = Math.max(0, plain.scale());
        BigInteger units = plain.movePointRight(places).toBigIntegerExact();
        if (places > DIGITS || units.bitLength() > 31 || units.longValue() * (places + 1L) > MAX_STEP_STATES) {
            throw Refusal.because("\"multipleOf\" " + Refusal.quoted(step.toString()) + " needs more than "
                    + MAX_STEP_STATES + " states.");
        }
        int unit = units.intValueExact();
        Automaton.Builder builder = new Automaton.Builder();
        int start = builder.createState();
        int signed = builder.createState();
        int first = signed + 1; // [places, remainder]
        int points = first + (places + 1) * unit; // [remainder]: behind the point, before its first digit
        for (int state = 0; state < (places + 2) * unit; state++) {
            builder.createState();
        }
        builder.addTransition(start, signed, '-');
        for (int digit = 0; digit <= 9; digit++) {
            for (int source : new int[] {start, signed}) {
                builder.addTransition(source, first + digit % unit, '0' + digit);
            }
        }
        for (int place = 0; place <= places; place++) {
            for (int remainder = 0; remainder < unit; remainder++) {
                int state = first + place * unit + remainder;
                BigInteger scaled = BigInteger.TEN.pow(places - place).multiply(BigInteger.valueOf(remainder));
                builder.setAccept(state, scaled.mod(units).signum() == 0);
                for (int digit = 0; digit <= 9; digit++) {
                    int next = (remainder * 10 + digit) % unit;
                    if (place == 0) {
                        builder.addTransition(state, first + next, '0' + digit);
                    } else if (place < places) {
                        builder.addTransition(state, first + (place + 1) * unit + next, '0' + digit);
                    }
                    if (place == 0 && places > 0) {
                        builder.addTransition(points + remainder, first + unit + next, '0' + digit);
                    }
                }
                if (place == 0 && places > 0) {
                    builder.addTransition(state, points + remainder, '.');
                }
            }
        }
        return builder.finish();
    }

    /// Every spelling of a number without an exponent.
    private Automaton spellings(BigDecimal value) {
        if (value.precision() > MAX_BOUND_DIGITS || Math.abs(value.scale()) > MAX_BOUND_DIGITS) {
            throw Refusal.because("A number that is excluded has more than " + MAX_BOUND_DIGITS + " digits.");
        }
        String digits = value.stripTrailingZeros().abs().toPlainString();
        String sign = value.signum() < 0 ? "-" : value.signum() == 0 ? "-?" : "";
        return pattern(sign + digits.replace(".", "\\.") + (digits.indexOf('.') < 0 ? "(\\.0+)?" : "0*"));
    }

    Automaton decimals(@Nullable Bound min, @Nullable Bound max) {
        Bound lowest = min == null ? new Bound(new BigDecimal(limit(max).negate()), false) : min;
        Bound highest = max == null ? new Bound(new BigDecimal(limit(min)), false) : max;
        List<Automaton> parts = new ArrayList<>();
        if (highest.value().signum() >= 0) {
            parts.add(between(lowest, highest));
        }
        if (lowest.value().signum() < 0) {
            parts.add(negative(between(highest.negated(), lowest.negated())));
        }
        return algebra.union(parts);
    }

    private static BigInteger limit(@Nullable Bound other) {
        int digits =
                other == null ? 0 : other.value().precision() - other.value().scale();
        return BigInteger.TEN.pow(Math.max(DIGITS, digits + 1)).subtract(BigInteger.ONE);
    }

    private static BigInteger ceiling(Bound bound) {
        BigInteger rounded = bound.value().setScale(0, RoundingMode.CEILING).toBigInteger();
        boolean excluded = bound.exclusive() && new BigDecimal(rounded).compareTo(bound.value()) == 0;
        return excluded ? rounded.add(BigInteger.ONE) : rounded;
    }

    private Automaton negative(Automaton numbers) {
        return algebra.concatenate(Automata.makeChar('-'), numbers);
    }

    /// Numbers without a sign.
    private Automaton between(Bound min, Bound max) {
        int fraction =
                Math.max(DIGITS, Math.max(min.value().scale(), max.value().scale()) + 1);
        Automaton form = RegexParser.whole("[0-9]+(\\.[0-9]{1," + fraction + "})?", algebra);
        Automaton numbers = algebra.intersection(form, atMost(max));
        return min.value().signum() < 0 ? numbers : algebra.intersection(numbers, atLeast(min));
    }

    private Automaton atLeast(Bound min) {
        BigInteger whole = min.value().toBigInteger();
        Automaton above = algebra.concatenate(
                wholeNumbers(
                        whole.add(BigInteger.ONE),
                        BigInteger.TEN.pow(2 * MAX_BOUND_DIGITS).subtract(BigInteger.ONE)),
                pattern(ANY_FRACTION));
        return algebra.union(above, algebra.concatenate(Automata.makeString(whole.toString()), fractionAbove(min)));
    }

    private Automaton atMost(Bound max) {
        BigInteger whole = max.value().toBigInteger();
        Automaton equal = algebra.concatenate(Automata.makeString(whole.toString()), fractionBelow(max));
        if (whole.signum() == 0) {
            return equal;
        }
        return algebra.union(
                algebra.concatenate(
                        wholeNumbers(BigInteger.ZERO, whole.subtract(BigInteger.ONE)), pattern(ANY_FRACTION)),
                equal);
    }

    private Automaton fractionAbove(Bound min) {
        String digits = fractionDigits(min);
        List<Automaton> parts = new ArrayList<>();
        for (int index = 0; index < digits.length(); index++) {
            if (digits.charAt(index) < '9') {
                parts.add(pattern(
                        "\\." + digits.substring(0, index) + "[" + (char) (digits.charAt(index) + 1) + "-9][0-9]*"));
            }
        }
        String reached = "\\." + digits;
        parts.add(pattern(
                min.exclusive() ? reached + "0*[1-9][0-9]*" : digits.isEmpty() ? ANY_FRACTION : reached + "[0-9]*"));
        return algebra.union(parts);
    }

    private Automaton fractionBelow(Bound max) {
        String digits = fractionDigits(max);
        List<Automaton> parts = new ArrayList<>();
        for (int index = 0; index < digits.length(); index++) {
            parts.add(pattern(index == 0 ? "" : "\\." + digits.substring(0, index)));
            if (digits.charAt(index) > '0') {
                parts.add(pattern(
                        "\\." + digits.substring(0, index) + "[0-" + (char) (digits.charAt(index) - 1) + "][0-9]*"));
            }
        }
        if (!max.exclusive()) {
            parts.add(pattern(digits.isEmpty() ? "(\\.0+)?" : "\\." + digits + "0*"));
        }
        return parts.isEmpty() ? Automata.makeEmpty() : algebra.union(parts);
    }

    private static String fractionDigits(Bound bound) {
        String plain = bound.value().stripTrailingZeros().toPlainString();
        int point = plain.indexOf('.');
        return point < 0 ? "" : plain.substring(point + 1);
    }

    private Automaton pattern(String pattern) {
        return RegexParser.whole(pattern, algebra);
    }

    /// Whole numbers without a sign and without leading zeros; none where the bounds are out of order.
    private Automaton wholeNumbers(BigInteger min, BigInteger max) {
        if (min.compareTo(max) > 0) {
            return Automata.makeEmpty();
        }
        List<Automaton> parts = new ArrayList<>();
        for (int digits = min.toString().length(); digits <= max.toString().length(); digits++) {
            BigInteger first = digits == 1 ? BigInteger.ZERO : BigInteger.TEN.pow(digits - 1);
            BigInteger last = BigInteger.TEN.pow(digits).subtract(BigInteger.ONE);
            parts.add(sameLength(min.max(first).toString(), max.min(last).toString()));
        }
        return algebra.union(parts);
    }

    /// Digits between two numbers of as many digits. A state is how many digits were read, and whether they are those
    /// of a bound so far.
    private static Automaton sameLength(String min, String max) {
        int length = min.length();
        Automaton.Builder builder = new Automaton.Builder();
        for (int state = 0; state < 4 * (length + 1); state++) {
            builder.createState();
            builder.setAccept(state, state >= 4 * length);
        }
        for (int index = 0; index < length; index++) {
            for (int bounds = 0; bounds < 4; bounds++) {
                boolean atMin = (bounds & 1) == 0;
                boolean atMax = (bounds & 2) == 0;
                char low = atMin ? min.charAt(index) : '0';
                char high = atMax ? max.charAt(index) : '9';
                for (char digit = low; digit <= high; digit++) {
                    int next = (atMin && digit == low ? 0 : 1) | (atMax && digit == high ? 0 : 2);
                    builder.addTransition(4 * index + bounds, 4 * (index + 1) + next, digit);
                }
            }
        }
        return Operations.removeDeadStates(builder.finish());
    }
}
