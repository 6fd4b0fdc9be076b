/// Who holds which slot of the KV cache, and which prefixes idle slots still know.
@NullMarked
package ai.autoglm.decoder.kvcache;

import org.jspecify.annotations.NullMarked;
