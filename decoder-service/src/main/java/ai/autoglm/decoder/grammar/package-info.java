/// What keeps an answer within its grammar: which tokens may come next, and when the answer is complete.
@NullMarked
package ai.autoglm.decoder.grammar;

import org.jspecify.annotations.NullMarked;
