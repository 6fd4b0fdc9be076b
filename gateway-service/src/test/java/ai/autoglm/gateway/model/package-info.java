@NullMarked
package ai.autoglm.gateway.model;

import org.jspecify.annotations.NullMarked;
