/// Where tokens and patches stand: multimodal positions, rotary tables, and weights that fit the vision tower's
/// position table to a grid.
@NullMarked
package ai.autoglm.toolkit.position;

import org.jspecify.annotations.NullMarked;
