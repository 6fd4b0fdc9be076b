/// What the tests of all backends share.
@NullMarked
package ai.autoglm.backend.testing;

import org.jspecify.annotations.NullMarked;
