/// What the servers of both encoders do alike: take a medium's bytes, queue its work for the engine, and
/// keep what came out.
@NullMarked
package ai.autoglm.backend.encode;

import org.jspecify.annotations.NullMarked;
