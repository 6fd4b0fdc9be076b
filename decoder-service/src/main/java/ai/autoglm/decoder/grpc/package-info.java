/// One gRPC call from prompt to tokens, and the process around it.
@NullMarked
package ai.autoglm.decoder.grpc;

import org.jspecify.annotations.NullMarked;
