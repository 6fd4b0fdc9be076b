@NullMarked
package ai.autoglm.proto.trace;

import org.jspecify.annotations.NullMarked;
