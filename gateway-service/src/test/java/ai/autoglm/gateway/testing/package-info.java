/// Fake backends with scripted behaviour, and a client that shows every byte.
@NullMarked
package ai.autoglm.gateway.testing;

import org.jspecify.annotations.NullMarked;
