/// Names, labels and buckets that the meters of all services have in common.
@NullMarked
package ai.autoglm.proto.metrics;

import org.jspecify.annotations.NullMarked;
