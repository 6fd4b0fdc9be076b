/// A GPU as the runtime uses it: memory, streams, events, graphs. One interface for the real one and for the fake that
/// tests run against.
@NullMarked
package ai.autoglm.tensorrt.gpu;

import org.jspecify.annotations.NullMarked;
