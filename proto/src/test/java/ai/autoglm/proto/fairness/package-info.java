@NullMarked
package ai.autoglm.proto.fairness;

import org.jspecify.annotations.NullMarked;
