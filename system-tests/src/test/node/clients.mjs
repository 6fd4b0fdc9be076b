// Asks the server at the address given with two clients for Node, and prints what they made of its answers as JSON.
import { ChatOpenAI } from "@langchain/openai";
import OpenAI from "openai";

const baseURL = process.argv[2];
const model = "autoglm-phone-9b";
const question = "你是谁?";

async function langchain() {
  const chat = new ChatOpenAI({
    model,
    temperature: 0,
    apiKey: "EMPTY",
    configuration: { baseURL },
    modelKwargs: { enable_thinking: true, return_reasoning: true },
  });
  let answer;
  for await (const chunk of await chat.stream(question)) {
    answer = answer === undefined ? chunk : answer.concat(chunk);
  }
  return {
    content: answer.content,
    reasoning: answer.additional_kwargs.reasoning_content,
    finishReason: answer.response_metadata.finish_reason,
    usage: answer.usage_metadata,
  };
}

async function openai() {
  const client = new OpenAI({ baseURL, apiKey: "EMPTY", maxRetries: 0 });
  const stream = client.chat.completions.stream({
    model,
    temperature: 0,
    messages: [{ role: "user", content: question }],
    enable_thinking: true,
    stream_options: { include_usage: true },
  });
  const completion = await stream.finalChatCompletion();
  const error = await client.chat.completions
    .create({ model: "gpt-4o", messages: [{ role: "user", content: question }] })
    .catch((failure) => failure);
  return {
    role: completion.choices[0].message.role,
    content: completion.choices[0].message.content,
    finishReason: completion.choices[0].finish_reason,
    usage: completion.usage,
    error: { status: error.status, code: error.code, message: error.message },
  };
}

console.log(JSON.stringify({ langchain: await langchain(), openai: await openai() }));
