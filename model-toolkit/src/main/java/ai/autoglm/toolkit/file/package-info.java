/// What the Java platform's file operations leave open.
@NullMarked
package ai.autoglm.toolkit.file;

import org.jspecify.annotations.NullMarked;
