"""What was tried, how often, and what was found."""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from benchmarks.measure import percentile, show


@dataclass
class Tally:
    """Counts, measures and findings."""

    counts: Counter[str] = field(default_factory=Counter)
    measures: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    findings: list[str] = field(default_factory=list)

    def count(self, what: str, by: int = 1) -> None:
        self.counts[what] += by

    def measure(self, what: str, value: float) -> None:
        self.measures[what].append(value)

    def found(self, where: str, what: str) -> None:
        """Note a fault, once, and say it now: an hour is long."""
        if f"{where}: {what}" in self.findings:
            return
        self.findings.append(f"{where}: {what}")
        print(f"{time.strftime('%H:%M:%S')} {self.findings[-1]}", flush=True)

    def report(self, title: str, *, markdown: bool) -> None:
        """Print the tables."""
        rows = [[what, f"{count:,}"] for what, count in sorted(self.counts.items())]
        rows.append(["found", str(len(self.findings))])
        show(title, ["", "times"], rows, markdown)
        measures = [
            [what, *(f"{value:.2f}" for value in _spread(values))]
            for what, values in sorted(self.measures.items())
        ]
        show("Measured", ["", "p50", "p99", "max"], measures, markdown)


def _spread(values: list[float]) -> list[float]:
    return [percentile(values, percent) for percent in (50, 99, 100)]
