@NullMarked
package ai.autoglm.gateway.text;

import org.jspecify.annotations.NullMarked;
