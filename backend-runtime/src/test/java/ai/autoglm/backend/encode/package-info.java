@NullMarked
package ai.autoglm.backend.encode;

import org.jspecify.annotations.NullMarked;
