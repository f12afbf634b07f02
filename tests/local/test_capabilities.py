import threading
from dataclasses import replace
from pathlib import Path

from tests.local.gguf_template import TOOLS_TEMPLATE, copy_with_template
from tests.local.playbook_runs import no_report
from tui.local.address import EngineAddress
from tui.local.capabilities import calls_tools
from tui.local.engine import Engine


def test_the_chat_template_in_the_file_tells_whether_a_model_can_call_tools(
    engine: Engine, address: EngineAddress, weights: Path, tmp_path: Path
) -> None:
    caller = tmp_path / "caller.gguf"
    copy_with_template(weights, TOOLS_TEMPLATE, caller)
    log = tmp_path / "log"
    assert calls_tools(engine.start(caller, log, no_report, threading.Event()))
    assert not calls_tools(address)


def test_an_engine_that_does_not_tell_calls_none(address: EngineAddress) -> None:
    assert not calls_tools(replace(address, base_url="http://127.0.0.1:9/v1"))
