/// The language model: embedding table, KV cache memory, prefill and decode runs.
@NullMarked
package ai.autoglm.decoder.model;

import org.jspecify.annotations.NullMarked;
