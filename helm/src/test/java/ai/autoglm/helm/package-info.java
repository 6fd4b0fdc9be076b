/// What the chart renders, read by those who can say no.
@NullMarked
package ai.autoglm.helm;

import org.jspecify.annotations.NullMarked;
