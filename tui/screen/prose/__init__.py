"""The story as rows of a page: pure text in, rows out; no screen, no Textual."""
