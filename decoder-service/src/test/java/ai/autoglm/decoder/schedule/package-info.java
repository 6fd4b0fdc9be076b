@NullMarked
package ai.autoglm.decoder.schedule;

import org.jspecify.annotations.NullMarked;
