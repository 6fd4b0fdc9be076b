@NullMarked
package ai.autoglm.gateway.openapi;

import org.jspecify.annotations.NullMarked;
