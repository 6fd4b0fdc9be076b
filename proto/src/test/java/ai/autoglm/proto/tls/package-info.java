@NullMarked
package ai.autoglm.proto.tls;

import org.jspecify.annotations.NullMarked;
