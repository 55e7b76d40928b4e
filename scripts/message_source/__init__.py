"""The messages of the library and of the browser, read from their source."""
