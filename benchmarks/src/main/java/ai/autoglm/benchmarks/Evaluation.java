package ai.autoglm.benchmarks;

import ai.autoglm.decoder.GoldenCase;
import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// What a model makes of one golden case: its own greedy answer, and what it thinks of the golden one.
///
/// @param answer greedy token ids
/// @param steps of the golden answer: logits before each of its tokens
record Evaluation(GoldenCase golden, TokenIds answer, List<Step> steps) {
    /// One step of a golden answer: the logits, and the token that it has next.
    static final class Step {
        private final int token;
        private final float[] logits;

        Step(int token, float[] logits) {
            this.token = token;
            this.logits = logits;
        }

        /// Natural logarithm of the probability of the golden token.
        double logProbability() {
            double max = Double.NEGATIVE_INFINITY;
            for (float logit : logits) {
                max = Math.max(max, logit);
            }
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit - max);
            }
            return logits[token] - max - Math.log(sum);
        }

        double maxDifference(Step other) {
            double max = 0;
            for (int id = 0; id < logits.length; id++) {
                max = Math.max(max, Math.abs(logits[id] - other.logits[id]));
            }
            return max;
        }

        boolean prefersGolden() {
            return best(logits) == token;
        }
    }

    Evaluation {
        steps = List.copyOf(steps);
    }

    /// Of every golden case, in order.
    static List<Evaluation> of(LocalModel model) {
        return GoldenCase.all().map(golden -> of(model, golden)).toList();
    }

    private static Evaluation of(LocalModel model, GoldenCase golden) {
        FusedPrompt prompt = golden.prompt(model.manifest().tokens());
        List<Embeddings> media = encode(model, golden);
        return new Evaluation(golden, answer(model, golden, prompt, media), follow(model, golden, prompt, media));
    }

    boolean isGolden() {
        return answer.equals(golden.greedyIds());
    }

    private static List<Embeddings> encode(LocalModel model, GoldenCase golden) {
        List<Embeddings> media = new ArrayList<>();
        for (String name : golden.media(model.manifest().tokens())) {
            try {
                byte[] file = Files.readAllBytes(GoldenCase.file(name));
                media.add(name.endsWith(".png") ? model.encodeImage(file) : model.encodeAudio(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return media;
    }

    private static TokenIds answer(LocalModel model, GoldenCase golden, FusedPrompt prompt, List<Embeddings> media) {
        TokenIds.Builder answer = TokenIds.builder();
        int token = best(model.prefill(prompt, media));
        for (int index = 0; index < golden.maxTokens(); index++) {
            if (model.manifest().tokens().endOfSequence().contains(token)) {
                break;
            }
            answer.append(token);
            int row = prompt.rowCount() + index;
            token = best(model.decode(token, row, row + prompt.positions().ropeDelta()));
        }
        return answer.build();
    }

    private static List<Step> follow(LocalModel model, GoldenCase golden, FusedPrompt prompt, List<Embeddings> media) {
        TokenIds answer = golden.greedyIds();
        List<Step> steps = new ArrayList<>();
        float[] logits = model.prefill(prompt, media);
        for (int index = 0; index < answer.size(); index++) {
            steps.add(new Step(answer.at(index), logits.clone()));
            int row = prompt.rowCount() + index;
            logits =
                    model.decode(answer.at(index), row, row + prompt.positions().ropeDelta());
        }
        return steps;
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }
}
