/// The running system: four processes, asked over HTTP as its users ask it.
@NullMarked
package ai.autoglm.system;

import org.jspecify.annotations.NullMarked;
