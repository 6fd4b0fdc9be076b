/// HTTP: routes, keys, request bodies as they arrive, and answers at the pace at which clients read them.
@NullMarked
package ai.autoglm.gateway.http;

import org.jspecify.annotations.NullMarked;
