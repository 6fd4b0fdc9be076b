@NullMarked
package ai.autoglm.gateway.auth;

import org.jspecify.annotations.NullMarked;
