"""The models of these teams: at the address in the environment, as users set theirs."""

import os

from agno.models.openai.like import OpenAILike
from agno.models.openai.responses import OpenAIResponses


def chat(name: str = "test-chat") -> OpenAILike:
    return OpenAILike(id=name, base_url=os.environ["OPENAI_BASE_URL"], api_key="sk-own-team-key")


def responses(name: str = "test-responses") -> OpenAIResponses:
    return OpenAIResponses(
        id=name, base_url=os.environ["OPENAI_BASE_URL"], api_key="sk-own-team-key"
    )
