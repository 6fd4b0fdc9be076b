@NullMarked
package ai.autoglm.proto.error;

import org.jspecify.annotations.NullMarked;
