@NullMarked
package ai.autoglm.toolkit.provision;

import org.jspecify.annotations.NullMarked;
