/// The OpenAI contract: request bodies in, typed requests out; typed answers in, response bodies out.
@NullMarked
package ai.autoglm.gateway.openai;

import org.jspecify.annotations.NullMarked;
