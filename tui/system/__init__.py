"""What a process needs of its system: files, folders, streams, signals, and its parent's life."""
