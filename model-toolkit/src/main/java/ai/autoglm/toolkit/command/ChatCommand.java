package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.chat.Attachment;
import ai.autoglm.toolkit.chat.ChatClient;
import ai.autoglm.toolkit.chat.ChatListener;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "chat",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Talks to a running server.",
            "With a message it prints the answer and ends; without one it asks for messages. In a conversation",
            "/image <file> and /audio <file> add a file to the next message, /reset starts over, /quit ends."
        })
final class ChatCommand implements Callable<Integer> {
    private static final String FAINT = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "<message>", description = "What to say.")
    private @Nullable String message;

    @Mixin
    private ServerOptions remote;

    @Option(names = "--model", paramLabel = "<name>", description = "Model name. Default: the server's.")
    private @Nullable String model;

    @Option(names = "--image", paramLabel = "<file>", description = "Picture for the first message; repeatable.")
    private List<Path> images = List.of();

    @Option(names = "--audio", paramLabel = "<file>", description = "WAV or MP3 for the first message; repeatable.")
    private List<Path> audios = List.of();

    @Option(names = "--system", paramLabel = "<text>", description = "Instruction for the model.")
    private @Nullable String system;

    @Option(
            names = "--thinking",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether the model thinks before it answers. Default: ${DEFAULT-VALUE}.")
    private boolean thinking;

    @Option(names = "--temperature", description = "0 is always the likeliest token. Default: the server's.")
    private @Nullable Double temperature;

    @Option(names = "--max-tokens", description = "Longest answer in tokens. Default: what the context leaves.")
    private @Nullable Integer maxTokens;

    @Override
    public Integer call() throws InterruptedException, IOException {
        ChatClient client = new ChatClient(remote.url(), remote.apiKey(), options(), remote.trust());
        if (system != null) {
            client.system(system);
        }
        List<Attachment> attachments = new ArrayList<>();
        images.forEach(file -> attachments.add(new Attachment.Image(file)));
        audios.forEach(file -> attachments.add(new Attachment.Audio(file)));
        PrintWriter out = spec.commandLine().getOut();
        if (message != null) {
            client.send(message, attachments, new Printer(out));
            out.println();
            out.flush();
            return 0;
        }
        converse(client, attachments);
        return 0;
    }

    private ObjectNode options() {
        ObjectNode options = new JsonMapper().createObjectNode();
        options.put("enable_thinking", thinking).put("return_reasoning", true);
        if (model != null) {
            options.put("model", model);
        }
        if (temperature != null) {
            options.put("temperature", temperature);
        }
        if (maxTokens != null) {
            options.put("max_tokens", maxTokens);
        }
        return options;
    }

    private void converse(ChatClient client, List<Attachment> attachments) throws InterruptedException, IOException {
        try (Terminal terminal = TerminalBuilder.builder().dumb(true).build()) {
            LineReader reader = LineReaderBuilder.builder().terminal(terminal).build();
            for (String line = read(reader); line != null; line = read(reader)) {
                if (line.equals("/quit")) {
                    return;
                }
                try {
                    respond(client, line.strip(), attachments, terminal.writer());
                } catch (ServingException e) {
                    terminal.writer().println(e.message());
                }
                terminal.flush();
            }
        }
    }

    private void respond(ChatClient client, String line, List<Attachment> attachments, PrintWriter out)
            throws InterruptedException {
        if (line.equals("/reset")) {
            client.reset();
            attachments.clear();
            if (system != null) {
                client.system(system);
            }
        } else if (line.startsWith("/image ")) {
            attachments.add(new Attachment.Image(
                    Path.of(line.substring("/image ".length()).strip())));
        } else if (line.startsWith("/audio ")) {
            attachments.add(new Attachment.Audio(
                    Path.of(line.substring("/audio ".length()).strip())));
        } else if (line.startsWith("/")) {
            out.println("Commands: /image <file>, /audio <file>, /reset, /quit.");
        } else if (!line.isEmpty() || !attachments.isEmpty()) {
            List<Attachment> sent = List.copyOf(attachments);
            attachments.clear();
            client.send(line, sent, new Printer(out));
            out.println();
        }
    }

    /// The next line; null at the end of input.
    private static @Nullable String read(LineReader reader) {
        try {
            return reader.readLine("> ");
        } catch (EndOfFileException | UserInterruptException e) {
            return null;
        }
    }

    /// Prints the thought faintly and the answer plainly.
    private static final class Printer implements ChatListener {
        private final PrintWriter out;
        private boolean thinking;

        Printer(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void reasoning(String text) {
            if (!thinking) {
                out.print(FAINT);
                thinking = true;
            }
            out.print(text);
            out.flush();
        }

        @Override
        public void content(String text) {
            if (thinking) {
                out.println(PLAIN);
                thinking = false;
            }
            out.print(text);
            out.flush();
        }
    }
}
