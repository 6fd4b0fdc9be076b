/// Media to embedding rows: all media of a request go to their encoders at once, and the rows come back
/// as a stream.
@NullMarked
package ai.autoglm.gateway.encode;

import org.jspecify.annotations.NullMarked;
