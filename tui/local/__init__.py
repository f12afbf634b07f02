"""The embedded model: its weights, the engine that runs it, and the playbook that leads it."""
