// LangChain's client for Node.
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { base64, baseURL, model, report, tapSchema } from "./support.mjs";

const chat = (modelKwargs = { enable_thinking: false }, more = {}) =>
  new ChatOpenAI({ model, temperature: 0, apiKey: "EMPTY", maxRetries: 0, configuration: { baseURL }, modelKwargs, ...more });
const tap = { type: "function", function: { name: "tap", description: "Taps the screen.", parameters: tapSchema } };

await report({
  async plain() {
    const answer = await chat().invoke("Who are you?");
    return { content: answer.content, finishReason: answer.response_metadata.finish_reason };
  },

  // The call of the original: a thinking model, streamed.
  async streaming() {
    let answer;
    for await (const chunk of await chat({ enable_thinking: true, return_reasoning: true }).stream("你是谁?")) {
      answer = answer === undefined ? chunk : answer.concat(chunk);
    }
    return {
      content: answer.content,
      reasoning: answer.additional_kwargs.reasoning_content,
      finishReason: answer.response_metadata.finish_reason,
      usage: answer.usage_metadata,
    };
  },

  async image() {
    const answer = await chat().invoke([
      new HumanMessage({
        content: [
          { type: "image_url", image_url: { url: `data:image/png;base64,${base64("screen1.png")}` } },
          { type: "text", text: "描述一下屏幕" },
        ],
      }),
    ]);
    return { content: answer.content };
  },

  async audio() {
    const answer = await chat().invoke([
      new HumanMessage({
        content: [
          { type: "input_audio", input_audio: { data: base64("long.wav"), format: "wav" } },
          { type: "text", text: "Transcribe the audio" },
        ],
      }),
    ]);
    return { content: answer.content };
  },

  async tools() {
    const bound = chat().bindTools([tap], { tool_choice: "required" });
    const question = new HumanMessage("Tap the play button.");
    const call = await bound.invoke([question]);
    const result = new ToolMessage({ content: "done", tool_call_id: call.tool_calls[0].id });
    const next = await chat().invoke([question, call, result]);
    return { calls: call.tool_calls, finishReason: call.response_metadata.finish_reason, next: typeof next.content };
  },

  async structuredOutput() {
    return chat({ enable_thinking: false }, { temperature: 1.5 })
      .withStructuredOutput({ title: "tap", ...tapSchema }, { method: "jsonSchema" })
      .invoke("Tap the play button.");
  },

  async errors() {
    const error = await chat({}, { model: "gpt-4o" })
      .invoke("Hi")
      .catch((failure) => failure);
    return { status: error.status, message: error.message };
  },

  async cancel() {
    const endless = chat({ ignore_eos: true }, { maxTokens: 7000 });
    let chunks = 0;
    for await (const _ of await endless.stream("What do you see?")) {
      if (++chunks === 5) {
        break;
      }
    }
    return { chunks };
  },
});
