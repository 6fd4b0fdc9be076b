// The AI SDK's client for endpoints that are compatible with OpenAI's.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateObject, generateText, jsonSchema, streamText, tool } from "ai";
import { base64, baseURL, model, report, tapSchema } from "./support.mjs";

const provider = (body) =>
  createOpenAICompatible({
    name: "autoglm",
    baseURL,
    apiKey: "EMPTY",
    includeUsage: true,
    supportsStructuredOutputs: true,
    transformRequestBody: (request) => ({ ...request, ...body }),
  })(model);
const plainModel = provider({ enable_thinking: false });
const common = { model: plainModel, temperature: 0, maxRetries: 0, maxOutputTokens: 96 };

await report({
  async plain() {
    const { text, finishReason, usage } = await generateText({ ...common, prompt: "Who are you?" });
    return { text, finishReason, inputTokens: usage.inputTokens };
  },

  async streaming() {
    const answer = streamText({ ...common, model: provider({ enable_thinking: true }), prompt: "你是谁?" });
    let text = "";
    for await (const part of answer.textStream) {
      text += part;
    }
    return {
      text,
      reasoning: await answer.reasoningText,
      finishReason: await answer.finishReason,
      inputTokens: (await answer.usage).inputTokens,
    };
  },

  async image() {
    const { text } = await generateText({
      ...common,
      messages: [
        {
          role: "user",
          content: [
            { type: "image", image: Buffer.from(base64("screen1.png"), "base64"), mediaType: "image/png" },
            { type: "text", text: "描述一下屏幕" },
          ],
        },
      ],
    });
    return { text };
  },

  async audio() {
    const { text } = await generateText({
      ...common,
      messages: [
        {
          role: "user",
          content: [
            { type: "file", data: Buffer.from(base64("long.wav"), "base64"), mediaType: "audio/wav" },
            { type: "text", text: "Transcribe the audio" },
          ],
        },
      ],
    });
    return { text };
  },

  async tools() {
    const tools = { tap: tool({ description: "Taps the screen.", inputSchema: jsonSchema(tapSchema) }) };
    const request = { ...common, tools, toolChoice: "required", prompt: "Tap the play button." };
    const whole = await generateText(request);
    const streamed = streamText(request);
    await streamed.consumeStream();
    const calls = (list) => list.map(({ toolName, input }) => ({ toolName, input }));
    return {
      whole: calls(whole.toolCalls),
      streamed: calls(await streamed.toolCalls),
      finishReasons: [whole.finishReason, await streamed.finishReason],
    };
  },

  async structuredOutput() {
    const { object } = await generateObject({
      ...common,
      temperature: 1.5,
      schema: jsonSchema(tapSchema),
      prompt: "Tap the play button.",
    });
    return object;
  },

  async errors() {
    const error = await generateText({ ...common, model: provider({ model: "gpt-4o" }), prompt: "Hi" }).catch(
      (failure) => failure,
    );
    return { status: error.statusCode, message: error.message };
  },

  async cancel() {
    const controller = new AbortController();
    const answer = streamText({
      ...common,
      model: provider({ ignore_eos: true, enable_thinking: false }),
      maxOutputTokens: 7000,
      prompt: "What do you see?",
      abortSignal: controller.signal,
      onError() {},
    });
    let parts = 0;
    for await (const _ of answer.textStream) {
      if (++parts === 5) {
        controller.abort();
        break;
      }
    }
    return { chunks: parts };
  },
});
