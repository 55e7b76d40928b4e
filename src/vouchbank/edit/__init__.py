"""The editor: annotation in a browser, on the same files that people edit as text.

The middle is pure: `quoting` (offsets to quoted words), `operations` (a corpus and an operation to files), `history`
(states, undo, redo), `merging` (two people, one file). Around it stand `journal` (unsaved work on the disk), `desk` (an
article that is open) and, outermost, `web` and `serving`.
"""
