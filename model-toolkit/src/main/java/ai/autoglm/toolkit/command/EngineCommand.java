package ai.autoglm.toolkit.command;

import java.util.concurrent.Callable;

/// A sub-command that an engine brings along. Found by [java.util.ServiceLoader]; annotated as picocli wants it.
public interface EngineCommand extends Callable<Integer> {}
