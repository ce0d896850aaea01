# What LiteLLM's own calculator says that calls of every chat model cost. The first line is the path
# of its price file; then one line for each model and usage, `model TAB usage TAB US dollars`, or
# `error: …` in place of the dollars. The usages come as JSON, in the words of budgetd's fields.
# Nothing is asked of the network, and it is always Saturday night, when some models cost less.
import datetime
import json
import logging
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
import litellm.litellm_core_utils.llm_cost_calc.utils as calculator
from litellm.cost_calculator import completion_cost
from litellm.types.utils import (
    CacheCreationTokenDetails,
    CompletionTokensDetailsWrapper,
    ModelResponse,
    PromptTokensDetailsWrapper,
    Usage,
)

logging.disable(logging.CRITICAL)
litellm.suppress_debug_info = True
saturday = datetime.datetime(2026, 11, 21, 20, 0, tzinfo=datetime.timezone.utc)
calculator.current_billing_time = lambda: saturday


def usage_block(fields):
    prompt = fields.get("input_tokens", 0)
    completion = fields.get("output_tokens", 0)
    written = fields.get("cache_write_tokens")
    long = fields.get("cache_write_1h_tokens")
    prompt_details = {
        "cached_tokens": fields.get("cache_read_tokens"),
        "cache_creation_tokens": written,
        "audio_tokens": fields.get("input_audio_tokens"),
        "image_tokens": fields.get("input_image_tokens"),
    }
    if long is not None:
        prompt_details["cache_creation_token_details"] = CacheCreationTokenDetails(
            ephemeral_5m_input_tokens=written - long, ephemeral_1h_input_tokens=long
        )
    completion_details = {
        "reasoning_tokens": fields.get("reasoning_tokens"),
        "audio_tokens": fields.get("output_audio_tokens"),
        "image_tokens": fields.get("output_image_tokens"),
    }
    prompt_details = {k: v for k, v in prompt_details.items() if v is not None}
    completion_details = {k: v for k, v in completion_details.items() if v is not None}
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        total_tokens=prompt + completion,
        prompt_tokens_details=PromptTokensDetailsWrapper(**prompt_details) if prompt_details else None,
        completion_tokens_details=(
            CompletionTokensDetailsWrapper(**completion_details) if completion_details else None
        ),
    )


def cost(model, provider, fields):
    tier = fields.get("service_tier")
    batch = tier == "batch"
    return completion_cost(
        completion_response=ModelResponse(model=model, usage=usage_block(fields)),
        model=model,
        custom_llm_provider=provider,
        call_type="aretrieve_batch" if batch else "completion",
        service_tier=None if batch else tier,
        total_time=float(fields.get("seconds", 0)) * 1000,
    )


def read(text):
    words = text.split()
    pairs = zip(words[::2], words[1::2])
    return {name: int(value) if value.isdigit() else value for name, value in pairs}


usages = {name: read(text) for name, text in json.loads(sys.argv[1]).items()}
print(os.path.join(os.path.dirname(litellm.__file__), "model_prices_and_context_window_backup.json"))
for model, entry in sorted(litellm.model_cost.items()):
    if entry.get("mode") != "chat" or model == "sample_spec":
        continue
    # As LiteLLM finds it where the caller names the model alone; else as the entry says.
    try:
        _, provider, _, _ = litellm.get_llm_provider(model=model)
    except Exception:
        provider = entry.get("litellm_provider")
    for name, fields in usages.items():
        # Without batch prices LiteLLM guesses half of the others, and budgetd doesn't.
        if fields.get("service_tier") == "batch" and not (
            "input_cost_per_token_batches" in entry and "output_cost_per_token_batches" in entry
        ):
            continue
        try:
            text = repr(cost(model, provider, fields))
        except Exception as fault:
            text = "error: " + str(fault).replace("\n", " ").replace("\t", " ")[:100]
        print(model, name, text, sep="\t")
