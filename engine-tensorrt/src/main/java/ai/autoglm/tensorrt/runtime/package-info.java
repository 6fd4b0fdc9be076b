/// The engine port on a GPU: sessions, caches, staging, captured graphs.
@NullMarked
package ai.autoglm.tensorrt.runtime;

import org.jspecify.annotations.NullMarked;
