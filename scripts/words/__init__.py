"""The words of the project, read from its source: the messages of the library and those of the browser."""
