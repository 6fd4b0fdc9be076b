/// How many requests are worked on at once.
@NullMarked
package ai.autoglm.gateway.admission;

import org.jspecify.annotations.NullMarked;
