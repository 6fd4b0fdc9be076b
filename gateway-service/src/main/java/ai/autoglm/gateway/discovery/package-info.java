/// Which backends there are: from a list, from DNS, or from Kubernetes.
@NullMarked
package ai.autoglm.gateway.discovery;

import org.jspecify.annotations.NullMarked;
