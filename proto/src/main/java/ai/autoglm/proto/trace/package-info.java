/// Traces: one span for each stage of a request, in all services. Off unless an exporter is configured.
@NullMarked
package ai.autoglm.proto.trace;

import org.jspecify.annotations.NullMarked;
