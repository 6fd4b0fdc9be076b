/// How an error crosses a process boundary, both ways.
@NullMarked
package ai.autoglm.proto.error;

import org.jspecify.annotations.NullMarked;
