"""Mending the sources: safe fixes, anchors after a change of text, a new article, and what a change changes."""
