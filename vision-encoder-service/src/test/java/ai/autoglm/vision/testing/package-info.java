@NullMarked
package ai.autoglm.vision.testing;

import org.jspecify.annotations.NullMarked;
