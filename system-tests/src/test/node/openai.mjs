// OpenAI's own client for Node.
import OpenAI from "openai";
import { base64, baseURL, model, report, tapSchema } from "./support.mjs";

const client = new OpenAI({ baseURL, apiKey: "EMPTY", maxRetries: 0 });
const ask = (content, more = {}) => ({
  model,
  temperature: 0,
  max_completion_tokens: 96,
  enable_thinking: false,
  messages: [{ role: "user", content }],
  ...more,
});
const tools = [{ type: "function", function: { name: "tap", description: "Taps the screen.", parameters: tapSchema } }];

await report({
  async plain() {
    const { choices, usage } = await client.chat.completions.create(ask("Who are you?"));
    return { content: choices[0].message.content, finishReason: choices[0].finish_reason, usage };
  },

  async streaming() {
    const stream = client.chat.completions.stream(
      ask("你是谁?", { enable_thinking: true, stream_options: { include_usage: true } }),
    );
    const { choices, usage } = await stream.finalChatCompletion();
    const { role, content } = choices[0].message;
    return { role, content, finishReason: choices[0].finish_reason, usage };
  },

  async severalChoices() {
    const { choices, usage } = await client.chat.completions.create(ask("Who are you?", { n: 2 }));
    return { contents: choices.map((choice) => choice.message.content), usage };
  },

  async logprobs() {
    const { choices } = await client.chat.completions.create(ask("Who are you?", { logprobs: true, top_logprobs: 2 }));
    const { content } = choices[0].logprobs;
    return {
      text: content.map((entry) => entry.token).join(""),
      content: choices[0].message.content,
      tops: content.map((entry) => entry.top_logprobs.length),
      highest: Math.max(...content.map((entry) => entry.logprob)),
    };
  },

  async image() {
    const url = `data:image/png;base64,${base64("screen1.png")}`;
    const { choices } = await client.chat.completions.create(
      ask([{ type: "image_url", image_url: { url } }, { type: "text", text: "描述一下屏幕" }]),
    );
    return { content: choices[0].message.content };
  },

  async audio() {
    const { choices } = await client.chat.completions.create(
      ask([
        { type: "input_audio", input_audio: { data: base64("long.wav"), format: "wav" } },
        { type: "text", text: "Transcribe the audio" },
      ]),
    );
    return { content: choices[0].message.content };
  },

  async tools() {
    const request = ask("Tap the play button.", { tools, tool_choice: "required" });
    const whole = await client.chat.completions.create(request);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    const { message } = whole.choices[0];
    const next = await client.chat.completions.create({
      ...request,
      tool_choice: "none",
      messages: [
        ...request.messages,
        message,
        { role: "tool", tool_call_id: message.tool_calls[0].id, content: '{"done": true}' },
      ],
    });
    const calls = ({ choices }) => choices[0].message.tool_calls.map(({ id, function: called }) => ({ id, ...called }));
    return {
      whole: calls(whole),
      streamed: calls(streamed),
      finishReasons: [whole, streamed, next].map(({ choices }) => choices[0].finish_reason),
      nextRole: next.choices[0].message.role,
    };
  },

  async structuredOutput() {
    const parsed = await client.chat.completions.parse(
      ask("Tap the play button.", {
        temperature: 1.5,
        response_format: { type: "json_schema", json_schema: { name: "tap", strict: true, schema: tapSchema } },
      }),
    );
    return { content: parsed.choices[0].message.content };
  },

  async errors() {
    const failure = async (request) => {
      const { status, code, param, message, constructor } = await client.chat.completions
        .create(request)
        .catch((error) => error);
      return { status, code, param, message, name: constructor.name };
    };
    return {
      unknownModel: await failure(ask("Hi", { model: "gpt-4o" })),
      badTemperature: await failure(ask("Hi", { temperature: 3 })),
      tooLong: await failure(ask("Hi", { stream: true, max_completion_tokens: 100_000 })),
    };
  },

  async cancel() {
    const stream = await client.chat.completions.create(
      ask("What do you see?", { stream: true, ignore_eos: true, max_completion_tokens: 7000 }),
    );
    let chunks = 0;
    for await (const _ of stream) {
      if (++chunks === 5) {
        break;
      }
    }
    return { chunks };
  },

  async otherEndpoints() {
    const completion = await client.completions.create({ model, prompt: "Who", max_tokens: 5, temperature: 0, ignore_eos: true });
    const response = await client.responses.create({ model, input: "Who are you?", temperature: 0 });
    const events = [];
    for await (const event of await client.responses.create({ model, input: "Who are you?", temperature: 0, stream: true })) {
      events.push(event.type);
    }
    const file = new File([Buffer.from(base64("speech1.wav"), "base64")], "speech1.wav");
    const transcription = await client.audio.transcriptions.create({ model, file });
    const models = await client.models.list();
    return {
      completion: { object: completion.object, tokens: completion.usage.completion_tokens },
      response: { status: response.status, text: response.output_text },
      events,
      transcription: transcription.text,
      models: models.data.map(({ id }) => id),
    };
  },
});
