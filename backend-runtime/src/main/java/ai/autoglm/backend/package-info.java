/// What all backends do alike around their model: settings, the life of the process, health, TLS.
@NullMarked
package ai.autoglm.backend;

import org.jspecify.annotations.NullMarked;
