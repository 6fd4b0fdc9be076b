@NullMarked
package ai.autoglm.audio.grpc;

import org.jspecify.annotations.NullMarked;
