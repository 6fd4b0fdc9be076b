/// gRPC streams for plain blocking code: both ends of a bidirectional call under manual flow control.
@NullMarked
package ai.autoglm.proto.stream;

import org.jspecify.annotations.NullMarked;
