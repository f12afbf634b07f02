"""The controller: start, time, limit and cancel a run, and end what does not end by itself.

Nothing here imports Agno: it must hold whatever the team does.
"""
