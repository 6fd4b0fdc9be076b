package ai.autoglm.tensorrt.command;

import ai.autoglm.tensorrt.plan.BuildProgress;
import ai.autoglm.toolkit.command.Terminal;
import ai.autoglm.toolkit.engine.ModelPart;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// TensorRT's own progress on one line of a terminal, or a line for each outermost phase where output goes to a file.
/// TensorRT tells it from threads of its own.
final class BuildBar implements BuildProgress, AutoCloseable {
    private static final int WIDTH = 30;

    private final ModelPart.Kind part;
    private final PrintWriter out;
    private final boolean terminal = Terminal.isThere();
    private final Deque<Phase> phases = new ArrayDeque<>();

    private static final class Phase {
        private final String name;
        private final int stepCount;
        private int done;

        Phase(String name, int stepCount) {
            this.name = name;
            this.stepCount = stepCount;
        }
    }

    BuildBar(ModelPart.Kind part, PrintWriter out) {
        this.part = part;
        this.out = out;
    }

    @Override
    public synchronized void begin(String phase, @Nullable String parent, int stepCount) {
        phases.push(new Phase(phase, stepCount));
        if (!terminal && parent == null) {
            out.println("building the " + part + ": " + phase);
            out.flush();
        }
        draw();
    }

    @Override
    public synchronized boolean stepped(String phase, int step) {
        phases.stream().filter(open -> open.name.equals(phase)).findFirst().ifPresent(open -> open.done = step + 1);
        draw();
        return true;
    }

    @Override
    public synchronized void end(String phase) {
        phases.removeIf(open -> open.name.equals(phase));
        draw();
    }

    private void draw() {
        Phase phase = phases.peek();
        if (terminal && phase != null) {
            int filled = Math.min(WIDTH, phase.done * WIDTH / Math.max(1, phase.stepCount));
            out.printf(
                    "\r%-14s [%s%s] %d/%d %-40.40s",
                    part, "=".repeat(filled), " ".repeat(WIDTH - filled), phase.done, phase.stepCount, phase.name);
            out.flush();
        }
    }

    @Override
    public synchronized void close() {
        if (terminal && !phases.isEmpty()) {
            out.println();
        }
        phases.clear();
    }
}
