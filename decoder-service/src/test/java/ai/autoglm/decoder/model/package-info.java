@NullMarked
package ai.autoglm.decoder.model;

import org.jspecify.annotations.NullMarked;
