/// Images and audios of a request as bytes, with what can be known of them before they are decoded.
@NullMarked
package ai.autoglm.gateway.media;

import org.jspecify.annotations.NullMarked;
