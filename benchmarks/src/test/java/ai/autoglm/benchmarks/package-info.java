@NullMarked
package ai.autoglm.benchmarks;

import org.jspecify.annotations.NullMarked;
