/// A streamed answer as server-sent events: what is sent and in which order, not how the socket is written.
@NullMarked
package ai.autoglm.gateway.sse;

import org.jspecify.annotations.NullMarked;
