"""Read a saved web page, which is not trusted: its text, which lines are main text, and facts about the article."""

from vouchbank.pages.page_reading import Fact
from vouchbank.pages.reader import PageReader
from vouchbank.pages.webpage import NotAPageError, WebPage, html_page, read_web_page

__all__ = ["Fact", "NotAPageError", "PageReader", "WebPage", "html_page", "read_web_page"]
