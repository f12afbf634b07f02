"""Model files with another chat template than their own."""

import struct
from pathlib import Path

TOOLS_TEMPLATE = (
    "{% if tools %}<|im_start|>system\nYou may call tools:\n<tools>"
    "{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}</tools>\nTo call one, answer with"
    ' <tool_call>{"name": its name, "arguments": its arguments}</tool_call><|im_end|>\n{% endif %}'
    "{% for message in messages %}"
    "{% if message.role == 'tool' %}<|im_start|>user\n"
    "<tool_response>{{ message.content }}</tool_response><|im_end|>\n{% else %}"
    "<|im_start|>{{ message.role }}\n{{ message.content }}"
    "{% for call in message.tool_calls or [] %}"
    '<tool_call>{"name": "{{ call.function.name }}", "arguments": '
    "{{ call.function.arguments | tojson }}}</tool_call>{% endfor %}<|im_end|>\n{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""In the manner of models that call tools."""

_KEY = b"tokenizer.chat_template"
_ALIGNMENT = 32
"""The weights begin at a multiple of it, counted from the start of the file."""


def copy_with_template(gguf: Path, template: str, target: Path) -> None:
    """Write a copy of a model file whose chat template is this one."""
    content = gguf.read_bytes()
    length_at = content.index(_KEY) + len(_KEY) + struct.calcsize("<I")
    (length,) = struct.unpack_from("<Q", content, length_at)
    start = length_at + struct.calcsize("<Q")
    said = template.encode()
    comment = (length - len(said) - len(b"{##}")) % _ALIGNMENT
    said = b"{#" + b" " * comment + b"#}" + said
    head = content[:length_at] + struct.pack("<Q", len(said)) + said
    target.write_bytes(head + content[start + length :])
