package ai.autoglm.gateway.testing;

import java.util.stream.Stream;

/// The fields of a chat completion's request that the contract names. Source: API.md 1.2.
public final class ContractFields {
    private static final String CHAT_COMPLETIONS = """
            model
            messages
            stream
            stream_options
            max_completion_tokens
            max_tokens
            temperature
            top_p
            n
            stop
            presence_penalty
            frequency_penalty
            logit_bias
            logprobs
            top_logprobs
            seed
            response_format
            tools
            tool_choice
            parallel_tool_calls
            functions
            function_call
            reasoning_effort
            user
            safety_identifier
            metadata
            store
            service_tier
            prompt_cache_key
            prompt_cache_retention
            prompt_cache_options
            verbosity
            prediction
            modalities
            audio
            web_search_options
            moderation
            top_k
            min_p
            repetition_penalty
            length_penalty
            use_beam_search
            best_of
            stop_token_ids
            ignore_eos
            min_tokens
            bad_words
            allowed_token_ids
            skip_special_tokens
            spaces_between_special_tokens
            include_stop_str_in_output
            chat_template_kwargs
            chat_template
            documents
            logits_processors
            mm_processor_kwargs
            media_io_kwargs
            add_generation_prompt
            continue_final_message
            echo
            prompt_logprobs
            return_token_ids
            return_tokens_as_token_ids
            priority
            request_id
            cache_salt
            kv_transfer_params
            vllm_xargs
            structured_outputs
            truncate_prompt_tokens
            prompt_embeds
            image_embeds
            audio_embeds
            separate_reasoning
            stream_reasoning
            include_reasoning
            enable_thinking
            return_reasoning
            thinking
            extra_body
            """;

    private ContractFields() {}

    public static Stream<String> ofChatCompletions() {
        return CHAT_COMPLETIONS.lines();
    }

    /// There is no request without messages.
    public static Stream<String> thatMayBeNull() {
        return ofChatCompletions().filter(field -> !field.equals("messages"));
    }
}
