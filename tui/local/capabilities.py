"""What the engine's model can do, as llama.cpp reads it from the chat template in its file."""

import json
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from tui.local.address import EngineAddress

_SECONDS = 5.0


def calls_tools(address: EngineAddress) -> bool:
    """Say whether the model was made for calling tools; an engine that does not tell says no."""
    server = urlsplit(address.base_url)
    headers = {"Authorization": f"Bearer {address.api_key}"}
    try:
        # Straight to the engine: no proxy that the environment names is to see its key.
        connection = HTTPConnection(server.hostname or "", server.port, timeout=_SECONDS)
        with closing(connection):
            connection.request("GET", "/props", headers=headers)
            told = json.load(connection.getresponse())
        capabilities = told["chat_template_caps"]
        return bool(capabilities["supports_tools"] and capabilities["supports_tool_calls"])
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return False
