/// How users share what there is not enough of.
@NullMarked
package ai.autoglm.proto.fairness;

import org.jspecify.annotations.NullMarked;
