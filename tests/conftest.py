"""Settings that must hold before any test imports Agno."""

import os

os.environ.setdefault("AGNO_TELEMETRY", "false")
