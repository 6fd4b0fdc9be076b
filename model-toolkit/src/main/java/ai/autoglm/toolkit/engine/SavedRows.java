package ai.autoglm.toolkit.engine;

/// Rows of a slot in host memory, outside of any slot.
public interface SavedRows extends AutoCloseable {
    int rowCount();

    @Override
    void close();
}
