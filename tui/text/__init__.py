"""Text: others' made harmless and masked, names guessed, figures formatted."""
