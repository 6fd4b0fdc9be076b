/// Which sequences run next: a bounded queue, admission to slots, prefill in chunks between decode steps.
@NullMarked
package ai.autoglm.decoder.schedule;

import org.jspecify.annotations.NullMarked;
