/// What the gateway counts and times.
@NullMarked
package ai.autoglm.gateway.metrics;

import org.jspecify.annotations.NullMarked;
