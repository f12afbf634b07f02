"""The controller: it starts, times, limits and cancels a run, and ends what does not end.

Nothing here imports Agno: whatever the team does, this must hold.
"""
