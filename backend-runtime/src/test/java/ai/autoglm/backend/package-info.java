@NullMarked
package ai.autoglm.backend;

import org.jspecify.annotations.NullMarked;
