"""Teams of users, as ``--team`` loads them: in the manner of Agno's own examples."""
