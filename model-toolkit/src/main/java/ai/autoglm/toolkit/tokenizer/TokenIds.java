package ai.autoglm.toolkit.tokenizer;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/// An immutable sequence of token ids: a prompt, a part of one, or the key of a cached prefix. Equal by content.
public final class TokenIds {
    private static final TokenIds EMPTY = new TokenIds(new int[0]);

    private final int[] ids; // [token]

    private TokenIds(int[] ids) {
        this.ids = ids;
    }

    public static TokenIds of(int... ids) {
        return ids.length == 0 ? EMPTY : new TokenIds(ids.clone());
    }

    public static TokenIds empty() {
        return EMPTY;
    }

    public int size() {
        return ids.length;
    }

    public boolean isEmpty() {
        return ids.length == 0;
    }

    public int at(int index) {
        return ids[index];
    }

    /// The ids from `from` (inclusive) to `to` (exclusive).
    public TokenIds slice(int from, int to) {
        Objects.checkFromToIndex(from, to, ids.length);
        return from == to ? EMPTY : new TokenIds(Arrays.copyOfRange(ids, from, to));
    }

    public TokenIds concat(TokenIds next) {
        return builder().append(this).append(next).build();
    }

    public IntStream stream() {
        return Arrays.stream(ids);
    }

    public int[] toArray() {
        return ids.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenIds that && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return Arrays.toString(ids);
    }

    public static Builder builder() {
        return new Builder();
    }

    /// Collects ids; not thread-safe.
    public static final class Builder {
        private int[] ids = new int[16];
        private int size;

        private Builder() {}

        public Builder append(int id) {
            reserve(1);
            ids[size++] = id;
            return this;
        }

        public Builder append(TokenIds more) {
            reserve(more.ids.length);
            System.arraycopy(more.ids, 0, ids, size, more.ids.length);
            size += more.ids.length;
            return this;
        }

        public boolean isEmpty() {
            return size == 0;
        }

        public TokenIds build() {
            return size == 0 ? EMPTY : new TokenIds(Arrays.copyOf(ids, size));
        }

        private void reserve(int count) {
            int needed = Math.addExact(size, count);
            if (needed > ids.length) {
                ids = Arrays.copyOf(ids, Math.max(needed, ids.length * 2));
            }
        }
    }
}
