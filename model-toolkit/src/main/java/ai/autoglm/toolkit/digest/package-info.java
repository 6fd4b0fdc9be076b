/// How contents are known by a digest: bundles, media, keys.
@NullMarked
package ai.autoglm.toolkit.digest;

import org.jspecify.annotations.NullMarked;
