package ai.autoglm.system;

import ai.autoglm.toolkit.launch.Service;
import java.time.Duration;

/// What may happen to a fleet. Each lasts until its process is as before.
enum Fault {
    NONE("nothing"),
    KILL_VISION_ENCODER("a vision encoder is killed"),
    KILL_AUDIO_ENCODER("an audio encoder is killed"),
    KILL_DECODER("a decoder is killed"),
    PAUSE_VISION_ENCODER("a vision encoder is paused for ten seconds"),
    PAUSE_DECODER("a decoder is paused for ten seconds"),
    CUT_VISION_ENCODER("a vision encoder's network is cut for ten seconds"),
    CUT_DECODER("a decoder's network is cut for ten seconds"),
    STALL_DECODER("a decoder's engine hangs for ten seconds"),
    ROLL_VISION_ENCODERS("both vision encoders are replaced"),
    ROLL_AUDIO_ENCODERS("both audio encoders are replaced"),
    ROLL_DECODERS("both decoders are replaced"),
    ROLL_GATEWAYS("both gateways are replaced"),
    KILL_GATEWAY("a gateway is killed");

    private static final Duration LENGTH = Duration.ofSeconds(10);

    private final String sentence;

    Fault(String sentence) {
        this.sentence = sentence;
    }

    /// Lets it happen, and waits until the fleet is whole again.
    void happen(Fleet fleet) {
        switch (this) {
            case NONE -> Await.pause(LENGTH);
            case KILL_VISION_ENCODER -> kill(fleet.busier(Service.VISION_ENCODER));
            case KILL_AUDIO_ENCODER -> kill(fleet.busier(Service.AUDIO_ENCODER));
            case KILL_DECODER -> kill(fleet.busier(Service.DECODER));
            case PAUSE_VISION_ENCODER -> stop(fleet.busier(Service.VISION_ENCODER));
            case PAUSE_DECODER -> stop(fleet.busier(Service.DECODER));
            case CUT_VISION_ENCODER -> cut(fleet.cable(fleet.busier(Service.VISION_ENCODER)));
            case CUT_DECODER -> cut(fleet.cable(fleet.busier(Service.DECODER)));
            case STALL_DECODER -> stall(fleet);
            case ROLL_VISION_ENCODERS -> fleet.roll(Service.VISION_ENCODER);
            case ROLL_AUDIO_ENCODERS -> fleet.roll(Service.AUDIO_ENCODER);
            case ROLL_DECODERS -> fleet.roll(Service.DECODER);
            case ROLL_GATEWAYS -> fleet.roll(Service.GATEWAY);
            case KILL_GATEWAY -> kill(fleet.busier(Service.GATEWAY));
        }
        fleet.awaitWhole();
    }

    /// Whether a backend falls silent without a word: gateways then have to find out, and to leave it out.
    boolean silencesABackend() {
        return switch (this) {
            case PAUSE_VISION_ENCODER, PAUSE_DECODER, CUT_VISION_ENCODER, CUT_DECODER, STALL_DECODER -> true;
            case NONE,
                    KILL_VISION_ENCODER,
                    KILL_AUDIO_ENCODER,
                    KILL_DECODER,
                    ROLL_VISION_ENCODERS,
                    ROLL_AUDIO_ENCODERS,
                    ROLL_DECODERS,
                    ROLL_GATEWAYS,
                    KILL_GATEWAY -> false;
        };
    }

    /// Nothing can save the streams of a gateway that is killed: who watches is connected to it.
    boolean endsStreams() {
        return this == KILL_GATEWAY;
    }

    @Override
    public String toString() {
        return sentence;
    }

    private static void kill(TestProcess process) {
        process.crash();
        Await.pause(LENGTH);
        process.launch();
    }

    private static void stop(TestProcess process) {
        process.signal("STOP");
        try {
            Await.pause(LENGTH);
        } finally {
            process.signal("CONT");
        }
    }

    private static void cut(Cable cable) {
        cable.cut();
        try {
            Await.pause(LENGTH);
        } finally {
            cable.mend();
        }
    }

    private static void stall(Fleet fleet) {
        try (EngineStall _ = fleet.stall(fleet.busier(Service.DECODER))) {
            Await.pause(LENGTH);
        }
    }
}
