/// Embedding rows between processes: a matrix cut into messages, and put together again.
@NullMarked
package ai.autoglm.proto.rows;

import org.jspecify.annotations.NullMarked;
