"""A model behind a socket of this machine, for the tests and the benchmarks.

    fault = Fault(FaultKind.STALL_MIDSTREAM, after=5)
    with ModelServer(Script(words=300).with_fault(Position.STORYTELLER, fault)) as server:
        ...  # start the program with server.base_url
        record = server.wait_until_stalled(Position.STORYTELLER)
        ...  # cancel
        server.wait_until_quiet()
        assert record.client_closed_at - pressed_at < 0.25
        assert record.text in what_the_program_kept

Methods that wait block: in an async test use ``await server.until(lambda: ...)``.
"""

from tests.servers.deaf import deaf_address
from tests.servers.faults import Fault, FaultKind
from tests.servers.incoming import Ask
from tests.servers.log import Record
from tests.servers.model_server import ModelServer
from tests.servers.prose import prose
from tests.servers.script import Call, Position, Script, Turn

__all__ = [
    "Ask",
    "Call",
    "Fault",
    "FaultKind",
    "ModelServer",
    "Position",
    "Record",
    "Script",
    "Turn",
    "deaf_address",
    "prose",
]
