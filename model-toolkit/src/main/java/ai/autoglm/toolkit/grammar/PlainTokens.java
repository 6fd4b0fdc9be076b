package ai.autoglm.toolkit.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tokens of a vocabulary that are plain text, by how many characters they have: where any plain text may
/// follow, they need not be looked at one by one. Immutable.
final class PlainTokens {
    /// Characters that are counted; tokens with more are not told apart.
    static final int MAX_CHARACTERS = 127;

    private final List<Group> groups = new ArrayList<>(); // by characters, ascending
    private final byte[] plainBelow; // [node]: states of PlainText in which all that lies below is plain text, as bits
    private final byte[] charactersBelow; // [node]: characters that begin below, at most; counted up to the maximum

    /// Tokens with so many characters, the last of which still needs so many bytes.
    static final class Group {
        private final int characters;
        private final int missingBytes;
        private final long[] tokens; // [id / 64]

        Group(int characters, int missingBytes, int wordCount) {
            this.characters = characters;
            this.missingBytes = missingBytes;
            this.tokens = new long[wordCount];
        }

        int characters() {
            return characters;
        }

        int missingBytes() {
            return missingBytes;
        }

        /// As a set of bits, not to be changed.
        long[] tokens() {
            return tokens;
        }
    }

    private record Shape(int characters, int missingBytes) {}

    PlainTokens(Vocabulary vocabulary) {
        Map<Shape, Group> byShape = new HashMap<>();
        int wordCount = TokenMask.wordCount(vocabulary.size());
        for (int token : vocabulary.tokens()) {
            Shape shape = shape(vocabulary.bytesOf(token));
            if (shape != null) {
                Group group = byShape.computeIfAbsent(
                        shape, key -> new Group(key.characters(), key.missingBytes(), wordCount));
                group.tokens[token >> 6] |= 1L << token;
            }
        }
        groups.addAll(byShape.values());
        groups.sort(Comparator.comparingInt(Group::characters));
        plainBelow = new byte[vocabulary.nodeCount()];
        charactersBelow = new byte[vocabulary.nodeCount()];
        lookBelow(vocabulary);
    }

    /// Absent for a token that is no plain text, or too long.
    private static @Nullable Shape shape(byte[] bytes) {
        int state = PlainText.BOUNDARY;
        int characters = 0;
        for (byte value : bytes) {
            characters += state == PlainText.BOUNDARY ? 1 : 0;
            state = PlainText.next(state, Byte.toUnsignedInt(value));
            if (state == PlainText.NONE || characters > MAX_CHARACTERS) {
                return null;
            }
        }
        return new Shape(characters, PlainText.missingBytes(state));
    }

    private void lookBelow(Vocabulary vocabulary) {
        Arrays.fill(plainBelow, (byte) -1);
        int[] parents = new int[plainBelow.length];
        int[] path = new int[vocabulary.maxDepth() + 1]; // [depth]: node
        path[0] = -1;
        for (int node = 0; node < parents.length; node++) {
            path[vocabulary.nodeDepth(node)] = node;
            parents[node] = path[vocabulary.nodeDepth(node) - 1];
        }
        for (int node = parents.length - 1; node >= 0; node--) {
            int parent = parents[node];
            if (parent >= 0) {
                int value = vocabulary.nodeByte(node);
                int begun = PlainText.beginsCharacter(value) ? 1 : 0;
                plainBelow[parent] &= (byte) PlainText.before(value, plainBelow[node]);
                charactersBelow[parent] = (byte)
                        Math.max(charactersBelow[parent], Math.min(MAX_CHARACTERS, charactersBelow[node] + begun));
            }
        }
    }

    /// All of them, those with few characters first.
    List<Group> groups() {
        return groups;
    }

    /// Whether all that lies below a node of the vocabulary's trie is plain text.
    ///
    /// @param state of [PlainText] at the node
    boolean arePlainBelow(int node, int state) {
        return (plainBelow[node] & 1 << state) != 0;
    }

    /// Characters of plain text that begin below a node, at most; the maximum stands for as many or more.
    int charactersBelow(int node) {
        return charactersBelow[node];
    }
}
