"""The two commands' door, `run.py`, and what only makes documents: `python -m scripts.pages`."""
