/// One gRPC call from announcement to rows, and the process around it.
@NullMarked
package ai.autoglm.vision.grpc;

import org.jspecify.annotations.NullMarked;
