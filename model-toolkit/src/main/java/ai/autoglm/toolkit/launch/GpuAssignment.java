package ai.autoglm.toolkit.launch;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which service runs on which card. A service without one runs on the CPU.
///
/// @param cards by service: an index of the driver's, or a UUID
public record GpuAssignment(Map<Service, String> cards) {
    private static final List<Service> USERS = List.of(Service.DECODER, Service.VISION_ENCODER, Service.AUDIO_ENCODER);
    private static final String CPU = "cpu";

    public GpuAssignment {
        cards = Map.copyOf(cards);
    }

    /// Everything on the CPU.
    public static GpuAssignment none() {
        return new GpuAssignment(Map.of());
    }

    /// One card is the decoder's alone, a second one the vision encoder's, a third one the audio encoder's.
    public static GpuAssignment byDefault(int cardCount) {
        Map<Service, String> cards = new EnumMap<>(Service.class);
        for (int index = 0; index < Math.min(cardCount, USERS.size()); index++) {
            cards.put(USERS.get(index), Integer.toString(index));
        }
        return new GpuAssignment(cards);
    }

    /// What `--gpus decoder=0,vision=1,audio=cpu` says. Services that it does not name run on the CPU.
    ///
    /// @throws ServingException INVALID_CONFIGURATION with one sentence for what cannot be meant
    public static GpuAssignment parse(String text, int cardCount) {
        Map<Service, String> cards = new EnumMap<>(Service.class);
        for (String entry : text.split(",", -1)) {
            String[] parts = entry.strip().split("=", -1);
            if (parts.length != 2 || parts[1].isBlank()) {
                throw refused("'" + entry + "' is not of the form decoder=0");
            }
            Service service = service(parts[0].strip());
            String card = parts[1].strip();
            if (cards.put(service, card) != null) {
                throw refused(service + " is named twice");
            }
            requireCard(card, cardCount);
        }
        cards.values().removeIf(CPU::equals);
        return new GpuAssignment(cards);
    }

    /// The same cards by names that hold for any process, where this one sees some of the driver's cards only.
    ///
    /// @param visible this process's CUDA_VISIBLE_DEVICES, if set: indices count within it
    public GpuAssignment within(@Nullable String visible) {
        Map<Service, String> named = new EnumMap<>(Service.class);
        cards.forEach((service, card) -> named.put(service, within(visible, card)));
        return new GpuAssignment(named);
    }

    /// As [#within(String)], of one card.
    public static String within(@Nullable String visible, String card) {
        String[] all = visible == null ? new String[0] : visible.split(",", -1);
        boolean counts = isIndex(card) && Integer.parseInt(card) < all.length;
        return counts ? all[Integer.parseInt(card)].strip() : card;
    }

    private static boolean isIndex(String card) {
        return card.matches("[0-9]{1,4}");
    }

    private static Service service(String name) {
        return USERS.stream()
                .filter(service ->
                        service.label().equals(name) || service.label().equals(name + "-encoder"))
                .findFirst()
                .orElseThrow(() -> refused("'" + name + "' is none of decoder, vision and audio"));
    }

    private static void requireCard(String card, int cardCount) {
        boolean number = card.chars().allMatch(Character::isDigit);
        if (!number && !card.equals(CPU) && !card.startsWith("GPU-") && !card.startsWith("MIG-")) {
            throw refused("'" + card + "' is no index, no UUID of a card, and not cpu");
        }
        if (number && !(isIndex(card) && Integer.parseInt(card) < cardCount)) {
            throw refused("there is no card " + card + ": the driver shows " + cardCount);
        }
    }

    private static ServingException refused(String reason) {
        return new ServingException(ErrorCode.INVALID_CONFIGURATION, "--gpus: " + reason + ".");
    }

    public Optional<String> card(Service service) {
        return Optional.ofNullable(cards.get(service));
    }

    /// "decoder=0, vision-encoder=cpu, audio-encoder=cpu".
    @Override
    public String toString() {
        return USERS.stream()
                .map(service -> service + "=" + cards.getOrDefault(service, CPU))
                .collect(Collectors.joining(", "));
    }
}
