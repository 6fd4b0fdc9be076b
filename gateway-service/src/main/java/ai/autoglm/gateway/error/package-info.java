/// Every failure as an HTTP answer in OpenAI's shape, in one place for all routes.
@NullMarked
package ai.autoglm.gateway.error;

import org.jspecify.annotations.NullMarked;
