/// The services behind the gateway: where they are, whether they serve our bundle, and which of them
/// takes a request.
@NullMarked
package ai.autoglm.gateway.backend;

import org.jspecify.annotations.NullMarked;
