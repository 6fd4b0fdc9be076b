package ai.autoglm.toolkit.provision;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/// The bundle that has to be in a place: whoever names things after its id must not get another.
///
/// @param idPrefix the bundleId or its first digits, eight at least
public record RequiredBundle(String idPrefix) {
    private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{8,64}");
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    /// @throws ServingException INVALID_CONFIGURATION when this cannot be the beginning of a bundleId
    public RequiredBundle {
        if (!PREFIX.matcher(idPrefix).matches()) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "'" + idPrefix
                            + "' is no bundleId: it has 8 to 64 hexadecimal digits, as 'autoglm bundle-id' prints.");
        }
    }

    /// @throws ServingException INVALID_BUNDLE when `bundleId` is that of another bundle
    void require(String bundleId, String whose) {
        if (!bundleId.startsWith(idPrefix)) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE,
                    whose + " has bundleId " + bundleId + ", and " + idPrefix
                            + " was asked for: give that bundleId, or the model that it belongs to.");
        }
    }

    /// Whether there is a whole bundle that can be opened and is this one.
    boolean isIn(Path directory) {
        try {
            Bundle bundle = Bundle.open(directory);
            return bundle.manifest().bundleId().startsWith(idPrefix) && bundle.isWhole();
        } catch (ServingException e) {
            return false;
        }
    }

    /// Waits until the bundle is there.
    ///
    /// @throws ServingException INVALID_BUNDLE when another is there; TIMEOUT when none has come
    public Bundle await(Path directory, Duration timeout) throws InterruptedException {
        Instant end = Instant.now().plus(timeout);
        while (!Files.isRegularFile(directory.resolve("bundle.json"))) {
            if (Instant.now().isAfter(end)) {
                throw new ServingException(
                        ErrorCode.TIMEOUT,
                        "After " + timeout.toSeconds() + " s there is still no bundle in " + directory
                                + ": look at the log of what should put it there.");
            }
            Thread.sleep(LOOK_AGAIN);
        }
        Bundle bundle = Bundle.open(directory);
        require(bundle.manifest().bundleId(), directory.toString());
        return bundle;
    }
}
