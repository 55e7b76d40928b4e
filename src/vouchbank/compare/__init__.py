"""The agreement room: two annotations of the same articles compared, and what adjudication made of it."""
