"""From a saved web page, hostile until it was read, to its text, what of it is main text, and what it tells."""

from vouchbank.pages.page_reading import Fact
from vouchbank.pages.reader import PageReader
from vouchbank.pages.webpage import NotAPageError, WebPage, html_page, read_web_page

__all__ = ["Fact", "NotAPageError", "PageReader", "WebPage", "html_page", "read_web_page"]
