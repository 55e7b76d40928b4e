"""The editor: annotate in a browser, on the same files that people edit as text.

The core writes no files: `quoting` (offsets to quoted words), `operations` (a corpus and an operation to files),
`history` (undo and redo) and `merging` (two versions of one file). Around it are `journal` (unsaved changes on disk),
`session` (the open sources) and the server: `parsing`, `views`, `deciding`, `answers`, `guard` and `serving`.
"""
