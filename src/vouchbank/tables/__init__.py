"""The tables room: from sources to the rows of every published table. Pure: rows in memory, no files."""
