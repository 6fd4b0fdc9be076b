package ai.autoglm.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A client written for Node: runs its script against a cluster, once, and hands out what each case made of the
/// answers. Skipped where there is no npm, unless the environment variable AUTOGLM_REQUIRE_NODE is 1.
///
/// @param results by case; a case that threw has the field `failure`
record NodeClient(JsonNode results) {
    private static final Path SCRIPTS = Repository.ROOT.resolve("system-tests/src/test/node");

    static NodeClient run(String script, TestCluster cluster) throws InterruptedException {
        Installed.require("AUTOGLM_REQUIRE_NODE", "command -v npm", "npm is not installed");
        install();
        List<String> command = List.of("node", script, cluster.gateway() + "/v1", Repository.GOLDEN.toString());
        return new NodeClient(Json.read(Command.run(SCRIPTS, Duration.ofMinutes(2), command)
                .requireSuccess()
                .output()));
    }

    /// What a case printed.
    JsonNode result(String name) {
        JsonNode result = results.path(name);
        if (result.isMissingNode() || result.has("failure")) {
            throw new AssertionError(name + ": " + result.path("failure").asText("not run"));
        }
        return result;
    }

    private static synchronized void install() throws InterruptedException {
        if (!Files.isDirectory(SCRIPTS.resolve("node_modules"))) {
            Command.run(SCRIPTS, Duration.ofMinutes(2), List.of("npm", "ci", "--no-audit", "--no-fund"))
                    .requireSuccess();
        }
    }
}
