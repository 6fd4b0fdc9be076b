package ai.autoglm.gateway.model;

import java.nio.file.Path;

/// A bundle that is to be served.
///
/// @param servedName what clients call the model; several bundles may share a name
/// @param weight share of the name's new requests, 0 to 100, relative to that of the others
/// @param directory of the bundle
record ModelEntry(String servedName, int weight, Path directory) {
    static final int MAX_WEIGHT = 100;
}
