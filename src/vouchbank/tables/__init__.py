"""The rows of every published table, made in memory from the sources; writes no files."""
