"""Everything that touches Agno: teams, models, and how they are stopped, judged and paid for."""
