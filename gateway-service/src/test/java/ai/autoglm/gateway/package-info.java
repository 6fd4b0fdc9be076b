@NullMarked
package ai.autoglm.gateway;

import org.jspecify.annotations.NullMarked;
