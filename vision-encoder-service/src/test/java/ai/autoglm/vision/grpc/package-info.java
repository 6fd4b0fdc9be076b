@NullMarked
package ai.autoglm.vision.grpc;

import org.jspecify.annotations.NullMarked;
