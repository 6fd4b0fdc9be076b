@NullMarked
package ai.autoglm.proto.stream;

import org.jspecify.annotations.NullMarked;
