"""What the programs of one life share, one after the other."""

from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.soak.machine import Clock
from benchmarks.soak.tally import Tally
from benchmarks.soak.words import Ledger, Passage, read_passages
from tests.servers import ModelServer


@dataclass
class House:
    """A home, a model, and the account of its words."""

    home: Path
    env: dict[str, str]
    server: ModelServer
    clock: Clock
    tally: Tally
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def database(self) -> Path:
        return self.home / "data" / "storyteam-tui" / "history.db"

    def passages(self) -> list[Passage]:
        return read_passages(self.database)
