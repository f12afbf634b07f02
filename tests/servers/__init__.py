"""Servers of this machine that play the model for the tests and the benchmarks."""

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
