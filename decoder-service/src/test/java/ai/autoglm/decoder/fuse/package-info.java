@NullMarked
package ai.autoglm.decoder.fuse;

import org.jspecify.annotations.NullMarked;
