package ai.autoglm.toolkit.grammar;

import ai.autoglm.toolkit.tokenizer.TextTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/// The tokens of a model that are text, as a trie over their bytes. Control tokens and other added tokens are not
/// text: no language holds them. Immutable; made once for each tokenizer.
///
/// The trie lies in preorder: the children of a node follow it, and `subtreeEnd` leads past them.
public final class Vocabulary {
    private final int size;
    private final byte[][] bytes; // [id], empty for what is no text
    private final int[] tokens; // ids in ascending order of their bytes
    private final byte[] nodeByte; // [node]
    private final int[] nodeDepth; // [node], 1 for first bytes
    private final int[] subtreeEnd; // [node]
    private final int[] tokensEnd; // [node]: end of this node's ids in `tokens`, which begin where those before end
    private final int maxDepth;
    private final PlainTokens plainTokens;

    /// @param textBytes by id; empty for an id that is no text
    /// @param size rows of the model's logits
    public Vocabulary(List<byte[]> textBytes, int size) {
        this.size = size;
        bytes = new byte[size][];
        Arrays.fill(bytes, new byte[0]);
        for (int id = 0; id < Math.min(size, textBytes.size()); id++) {
            bytes[id] = textBytes.get(id).clone();
        }
        List<Integer> sorted = new ArrayList<>();
        int nodeLimit = 0;
        for (int id = 0; id < size; id++) {
            if (bytes[id].length > 0) {
                sorted.add(id);
                nodeLimit += bytes[id].length;
            }
        }
        sorted.sort(Comparator.comparing(id -> bytes[id], Arrays::compareUnsigned));
        tokens = sorted.stream().mapToInt(Integer::intValue).toArray();
        byte[] labels = new byte[nodeLimit];
        int[] depths = new int[nodeLimit];
        int[] ends = new int[nodeLimit];
        int nodeCount = 0;
        byte[] previous = {};
        for (int index = 0; index < tokens.length; index++) {
            byte[] token = bytes[tokens[index]];
            int shared = Arrays.mismatch(previous, token);
            for (int depth = shared < 0 ? token.length : shared; depth < token.length; depth++) {
                labels[nodeCount] = token[depth];
                depths[nodeCount] = depth + 1;
                ends[nodeCount] = index;
                nodeCount++;
            }
            ends[nodeCount - 1] = index + 1;
            previous = token;
        }
        nodeByte = Arrays.copyOf(labels, nodeCount);
        nodeDepth = Arrays.copyOf(depths, nodeCount);
        tokensEnd = Arrays.copyOf(ends, nodeCount);
        subtreeEnd = subtreeEnds(nodeDepth);
        maxDepth = Arrays.stream(nodeDepth).max().orElse(0);
        plainTokens = new PlainTokens(this);
    }

    private static int[] subtreeEnds(int[] depths) {
        int[] ends = new int[depths.length];
        int[] nextAtMost = new int[Arrays.stream(depths).max().orElse(0) + 2]; // [depth]: next node not deeper
        Arrays.fill(nextAtMost, depths.length);
        for (int node = depths.length - 1; node >= 0; node--) {
            int depth = depths[node];
            ends[node] = nextAtMost[depth];
            Arrays.fill(nextAtMost, depth, nextAtMost.length, node);
        }
        return ends;
    }

    /// The text tokens of a tokenizer.
    ///
    /// @param size rows of the model's logits
    /// @throws ai.autoglm.toolkit.error.ServingException INVALID_CHECKPOINT when the file cannot be read
    public static Vocabulary read(Path tokenizerJson, int size) {
        return new Vocabulary(TextTokens.read(tokenizerJson), size);
    }

    /// Rows of the model's logits.
    public int size() {
        return size;
    }

    /// Whether a token is one byte of text. These may never be taken away: they keep every language reachable.
    public boolean isSingleByte(int id) {
        return bytes[id].length == 1;
    }

    /// The bytes that are tokens of their own.
    BitSet singleBytes() {
        BitSet single = new BitSet(256);
        for (byte[] token : bytes) {
            if (token.length == 1) {
                single.set(Byte.toUnsignedInt(token[0]));
            }
        }
        return single;
    }

    byte[] bytesOf(int id) {
        return bytes[id];
    }

    int nodeCount() {
        return nodeByte.length;
    }

    int maxDepth() {
        return maxDepth;
    }

    int nodeByte(int node) {
        return Byte.toUnsignedInt(nodeByte[node]);
    }

    int nodeDepth(int node) {
        return nodeDepth[node];
    }

    int subtreeEnd(int node) {
        return subtreeEnd[node];
    }

    /// Whether some token is what leads to a node.
    boolean endsTokens(int node) {
        return tokensStart(node) < tokensEnd[node];
    }

    /// Ids of all tokens, in ascending order of their bytes.
    int[] tokens() {
        return tokens;
    }

    /// Adds the tokens that lead to a node to a bit set.
    void addTokens(int node, long[] words) {
        for (int index = tokensStart(node); index < tokensEnd[node]; index++) {
            words[tokens[index] >> 6] |= 1L << tokens[index];
        }
    }

    /// Those that are plain text.
    PlainTokens plainTokens() {
        return plainTokens;
    }

    private int tokensStart(int node) {
        return node == 0 ? 0 : tokensEnd[node - 1];
    }
}
