"""Models from Hugging Face by name: chosen, fetched, listed and removed.

``client.py`` is for the program; the rest runs in a process of its own, the only one that imports
``huggingface_hub``. It can be killed at any moment, and the program stays light.
"""
