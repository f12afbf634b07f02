"""Pictures of the screen: of real runs for the README, and of every state to look at."""
