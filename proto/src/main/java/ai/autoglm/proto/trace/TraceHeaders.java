package ai.autoglm.proto.trace;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Contexts;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.opentelemetry.context.Context;

/// Takes the caller's stage out of a call's metadata. A server that has this interceptor finds it with
/// [Tracing#serve], within the call's gRPC context.
public final class TraceHeaders implements ServerInterceptor {
    private static final io.grpc.Context.Key<Context> CALLER = io.grpc.Context.key("caller's stage");

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (headers.get(key(W3cHeaders.PARENT)) == null) {
            return next.startCall(call, headers);
        }
        Context caller = W3cHeaders.parent(name -> headers.get(key(name)));
        return Contexts.interceptCall(io.grpc.Context.current().withValue(CALLER, caller), call, headers, next);
    }

    static Context parent() {
        Context caller = CALLER.get();
        return caller == null ? Context.root() : caller;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /// Puts a stage into the metadata of calls.
    record Sender(Context stage) implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<A> responses, Metadata headers) {
                    W3cHeaders.write(stage, (name, value) -> headers.put(key(name), value));
                    super.start(responses, headers);
                }
            };
        }
    }
}
