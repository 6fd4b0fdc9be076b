package ai.autoglm.toolkit.grammar;

import java.util.Arrays;

/// Text that may stand as itself within a JSON string: UTF-8 without control characters, quote and backslash. An
/// automaton over its bytes: [#BOUNDARY] between characters, another state within one.
final class PlainText {
    static final int BOUNDARY = 0;
    static final int STATE_COUNT = 8;
    static final int NONE = -1;

    private static final int ONE_LEFT = 1;
    private static final int TWO_LEFT = 2;
    private static final int THREE_LEFT = 3;
    private static final int AFTER_E0 = 4;
    private static final int AFTER_ED = 5;
    private static final int AFTER_F0 = 6;
    private static final int AFTER_F4 = 7;

    /// The first bytes of characters, as ranges that each lead to one state: first, last, state.
    private static final int[][] FIRST_BYTES = {
        {0x20, 0x21, BOUNDARY},
        {0x23, 0x5b, BOUNDARY},
        {0x5d, 0x7e, BOUNDARY},
        {0xc2, 0xdf, ONE_LEFT},
        {0xe0, 0xe0, AFTER_E0},
        {0xe1, 0xec, TWO_LEFT},
        {0xed, 0xed, AFTER_ED},
        {0xee, 0xef, TWO_LEFT},
        {0xf0, 0xf0, AFTER_F0},
        {0xf1, 0xf3, THREE_LEFT},
        {0xf4, 0xf4, AFTER_F4}
    };

    /// The next byte of a character, by state: first, last, state.
    private static final int[][][] NEXT_BYTES = {
        {},
        {{0x80, 0xbf, BOUNDARY}},
        {{0x80, 0xbf, ONE_LEFT}},
        {{0x80, 0xbf, TWO_LEFT}},
        {{0xa0, 0xbf, ONE_LEFT}},
        {{0x80, 0x9f, ONE_LEFT}},
        {{0x90, 0xbf, TWO_LEFT}},
        {{0x80, 0x8f, TWO_LEFT}}
    };

    private static final byte[][] NEXT = table(); // [state][byte]

    private PlainText() {}

    private static byte[][] table() {
        byte[][] table = new byte[STATE_COUNT][256];
        for (int state = 0; state < STATE_COUNT; state++) {
            Arrays.fill(table[state], (byte) NONE);
            for (int[] range : ranges(state)) {
                Arrays.fill(table[state], range[0], range[1] + 1, (byte) range[2]);
            }
        }
        return table;
    }

    /// The ranges of bytes that lead on from a state, each with the state to which it leads: first, last, state.
    static int[][] ranges(int state) {
        return state == BOUNDARY ? FIRST_BYTES : NEXT_BYTES[state];
    }

    /// The states from which plain text may go on with a byte, and then in one of these states: a set as bits.
    static int before(int value, int states) {
        int before = 0;
        for (int state = 0; state < STATE_COUNT; state++) {
            int next = next(state, value);
            if (next != NONE && (states & 1 << next) != 0) {
                before |= 1 << state;
            }
        }
        return before;
    }

    /// Where a byte leads; [#NONE] where plain text may not go on with it.
    static int next(int state, int value) {
        return state == NONE ? NONE : NEXT[state][value];
    }

    /// Whether a byte of plain text is the first of a character.
    static boolean beginsCharacter(int value) {
        return value < 0x80 || value >= 0xc0;
    }

    /// How many bytes a character still needs.
    static int missingBytes(int state) {
        return switch (state) {
            case BOUNDARY -> 0;
            case ONE_LEFT -> 1;
            case TWO_LEFT, AFTER_E0, AFTER_ED -> 2;
            default -> 3;
        };
    }
}
