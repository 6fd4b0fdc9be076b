/// Measures a running server as its clients see it.
@NullMarked
package ai.autoglm.benchmarks;

import org.jspecify.annotations.NullMarked;
