package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.admission.KeyLimits;
import ai.autoglm.gateway.auth.Caller;

/// Whose share of a decoder a generation is served from.
///
/// @param id empty where callers are not told apart
/// @param weight how much the share gets beside others
record DecoderShare(String id, int weight) {
    static final DecoderShare NOBODYS = new DecoderShare("", 1);

    static DecoderShare of(Caller caller, KeyLimits limits) {
        return caller.equals(Caller.ANYONE) ? NOBODYS : new DecoderShare(caller.name(), limits.priority(caller));
    }
}
