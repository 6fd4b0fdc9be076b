@NullMarked
package ai.autoglm.decoder.grpc;

import org.jspecify.annotations.NullMarked;
