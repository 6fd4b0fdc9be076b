/// Connections between gateway and backends that both ends vouch for.
@NullMarked
package ai.autoglm.proto.tls;

import org.jspecify.annotations.NullMarked;
