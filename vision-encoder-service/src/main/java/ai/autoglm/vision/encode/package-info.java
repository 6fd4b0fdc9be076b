/// Patches to embedding rows: the vision tower.
@NullMarked
package ai.autoglm.vision.encode;

import org.jspecify.annotations.NullMarked;
