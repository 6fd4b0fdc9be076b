/// How a bundle comes to where processes mount it: from a checkpoint or a bundle, on a disk or a web server.
@NullMarked
package ai.autoglm.toolkit.provision;

import org.jspecify.annotations.NullMarked;
