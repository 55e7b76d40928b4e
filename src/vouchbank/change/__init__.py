"""Changes of the sources: fixes, new articles, differences between two states, re-anchoring."""
