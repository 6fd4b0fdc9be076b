package ai.autoglm.tensorrt.plan;

import ai.autoglm.tensorrt.gpu.GpuInfo;
import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.engine.ModelPart;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// What a plan depends on: a plan for another key is another plan. TensorRT itself accepts some that would be wrong
/// here, and refuses others with no reason that a person could act on.
///
/// @param lines one for each thing, always in the same order
public record PlanKey(ModelPart.Kind part, List<String> lines) {
    private static final int NAME_LENGTH = 16;

    public PlanKey {
        lines = List.copyOf(lines);
    }

    public static PlanKey of(ModelPart part, List<Profile> profiles, GpuInfo gpu, String tensorRtVersion) {
        List<String> lines = new ArrayList<>(List.of(
                "bundle " + part.bundleId(),
                "part " + part.kind(),
                "TensorRT " + tensorRtVersion,
                "GPU " + gpu.name() + ", " + gpu.architecture(),
                "driver for CUDA " + gpu.driverVersion()));
        profiles.forEach(profile -> lines.add("profile " + profile.canonical()));
        Profiles.fixedExtents(part).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(extent -> lines.add("extent " + extent));
        return new PlanKey(part.kind(), lines);
    }

    /// The key as a plan file begins with it.
    String text() {
        return String.join("\n", lines) + "\n";
    }

    /// "decoder-0123456789abcdef.plan".
    public String fileName() {
        byte[] digest = Sha256.begin().digest(text().getBytes(StandardCharsets.UTF_8));
        return part + "-" + HexFormat.of().formatHex(digest).substring(0, NAME_LENGTH) + ".plan";
    }

    /// The first thing in which a plan's key differs, for people.
    String difference(String other) {
        List<String> others = other.lines().toList();
        for (int index = 0; index < Math.max(lines.size(), others.size()); index++) {
            String own = index < lines.size() ? lines.get(index) : "nothing";
            String that = index < others.size() ? others.get(index) : "nothing";
            if (!own.equals(that)) {
                return "it is for " + that + ", and here is " + own;
            }
        }
        return "it is for the same";
    }
}
