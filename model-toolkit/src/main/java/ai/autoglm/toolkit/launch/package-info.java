/// Runs the four services on one machine: starts them, waits until they serve, stops them together.
@NullMarked
package ai.autoglm.toolkit.launch;

import org.jspecify.annotations.NullMarked;
