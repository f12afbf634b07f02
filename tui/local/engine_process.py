"""The engine's own process: llama.cpp's HTTP server, which ends when standard input does.

Started by path, never imported by the program: standard library and xllamacpp only. The first
line of standard input is the configuration, one JSON object (see ``engine.py``); the only line
that it ever writes is its answer. Whatever the native code prints goes to standard error, which
the parent has pointed at the log file.
"""

import fcntl
import json
import os
import select
import signal
import sys
import threading
from typing import Any, BinaryIO, NoReturn

PROMPT_BATCH_TOKENS = 128
"""Small, for a prompt is read batch by batch and only between two of them can it be stopped."""

SAMPLING = {
    "temp": 0.6,
    "min_p": 0.1,
    "top_p": 1.0,
    "top_k": 0,
    "penalty_repeat": 1.07,
    "penalty_last_n": 160,
    "dry_multiplier": 0.8,
    "dry_base": 1.75,
    "dry_allowed_length": 4,
    "dry_penalty_last_n": 2048,
}
"""With llama.cpp's defaults a model this small repeats itself in every story."""


def main() -> None:
    """Serve until standard input ends, then leave at once."""
    answer = _take_stdout()
    config = json.loads(sys.stdin.buffer.readline())
    _die_with_parent()
    try:
        server = _serve(config)
        reply = {"address": server.listening_address, "gpus": "\n".join(_gpus())}
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    answer.write(json.dumps(reply).encode() + b"\n")
    answer.close()
    if "error" in reply:
        os._exit(1)
    threading.Event().wait()


def _take_stdout() -> BinaryIO:
    """Return what was standard output, and let descriptor 1 lead where descriptor 2 does."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answer


def _die_with_parent() -> None:
    """End this process as soon as the parent closes its end of standard input, or dies.

    The interpreter is blocked while the native code loads a model, so that a thread alone would
    be late: the kernel's signal about the descriptor needs no interpreter.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(0, fcntl.F_GETFL)
    fcntl.fcntl(0, fcntl.F_SETFL, flags | os.O_ASYNC)
    threading.Thread(target=_leave_at_end_of_input, daemon=True).start()


def _leave_at_end_of_input() -> NoReturn:
    select.select([0], [], [])
    os._exit(0)


def _gpus() -> list[str]:
    """Return the processors that take layers of the model; the library shares them out itself."""
    import xllamacpp

    kinds = xllamacpp.ggml_backend_dev_type
    taken = (kinds.GGML_BACKEND_DEVICE_TYPE_GPU, kinds.GGML_BACKEND_DEVICE_TYPE_IGPU)
    return [str(d["description"]) for d in xllamacpp.get_device_info() if d["type"] in taken]


def _serve(config: dict[str, Any]) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = config["model"]
    params.api_keys = [config["api_key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.verbosity = 1
    params.ui = False
    params.endpoint_slots = False
    params.n_parallel = 1
    params.n_ctx = config["context"]
    params.n_batch = PROMPT_BATCH_TOKENS
    params.n_ubatch = PROMPT_BATCH_TOKENS
    params.cache_ram_mib = 0
    params.cpuparams.n_threads = config["threads"]
    params.cpuparams_batch.n_threads = config["prompt_threads"]
    for name, value in SAMPLING.items():
        setattr(params.sampling, name, value)
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
