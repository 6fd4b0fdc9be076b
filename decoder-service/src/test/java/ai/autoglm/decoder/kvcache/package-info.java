@NullMarked
package ai.autoglm.decoder.kvcache;

import org.jspecify.annotations.NullMarked;
