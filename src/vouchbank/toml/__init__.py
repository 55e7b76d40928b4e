"""TOML files with the place of every key and value."""
