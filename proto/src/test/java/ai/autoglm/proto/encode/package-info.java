@NullMarked
package ai.autoglm.proto.encode;

import org.jspecify.annotations.NullMarked;
