@NullMarked
package ai.autoglm.proto.rows;

import org.jspecify.annotations.NullMarked;
