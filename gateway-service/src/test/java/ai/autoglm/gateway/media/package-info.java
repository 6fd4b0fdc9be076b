@NullMarked
package ai.autoglm.gateway.media;

import org.jspecify.annotations.NullMarked;
