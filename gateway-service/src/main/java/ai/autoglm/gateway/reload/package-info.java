/// Files with settings that change while the process runs, such as mounted secrets.
@NullMarked
package ai.autoglm.gateway.reload;

import org.jspecify.annotations.NullMarked;
