"""The layers room: annotation files are read, anchored to the text, and brought into canonical form."""
