@NullMarked
package ai.autoglm.gateway.http;

import org.jspecify.annotations.NullMarked;
