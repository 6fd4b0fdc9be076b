@NullMarked
package ai.autoglm.gateway.admission;

import org.jspecify.annotations.NullMarked;
