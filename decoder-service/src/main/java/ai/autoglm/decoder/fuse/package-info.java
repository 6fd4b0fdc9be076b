/// The fused stream: a prompt of text rows and media rows, its media as they arrive, and the cross-modal
/// fusion layer.
@NullMarked
package ai.autoglm.decoder.fuse;

import org.jspecify.annotations.NullMarked;
