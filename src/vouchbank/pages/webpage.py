r"""Tell text from saved web pages, and read pages in a process of their own.

The content decides, not the file name. The corpus does not keep the page, but its text, the place of each run of text
in the page, which lines are main text, the facts that the page states, and its SHA-256.

Example:
    >>> is_page(b"<!DOCTYPE html><p>Boats wait."), is_page(b"Boats wait for <b>, a storm of that name.")
    (True, False)
    >>> decoded(b'<meta charset="windows-1252"><p>caf\xe9')
    ('<meta charset="windows-1252"><p>café', 'cp1252')
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec

from vouchbank.errors import MissingExtraError, VouchBankError
from vouchbank.files import MOST_BYTES
from vouchbank.pages.page_reading import Fact
from vouchbank.pages.reader import PageReader, UnreadError
from vouchbank.report.text import cut, printable
from vouchbank.text import Verdict
from vouchbank.text.source_map import read_source_map

MOST_PAGE = 10 * 1024**2  # bytes; ten times the size of the largest news pages
_COPY = "copy the article's text into a text file and give that to `vouchbank new`"
_SAVE = "save the page again as “web page, HTML only”"
_AGAIN = f"{_SAVE} in a current browser, or {_COPY}"
# the beginning of files that are neither text nor a page, and what to do with them
_REFUSED = (
    (rb"%PDF-", f"is a PDF; {_COPY}"),
    (rb"\x1f\x8b", "is compressed with gzip; decompress it (gunzip) first"),
    (rb"PK\x03\x04", f"is a zip archive, such as a Word or EPUB document; {_COPY}"),
    (rb"bplist00", f"is a Safari web archive; {_SAVE} (page source), or {_COPY}"),
    (rb"\xd0\xcf\x11\xe0|\{\\rtf", f"is a word processor document; {_COPY}"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF", "is an image; an article must be text or HTML"),
    (rb"(?:[\w-]+:[^\n]*\n|[ \t][^\n]*\n)*?content-type:\s*multipart/related", f"is MHTML; {_SAVE}, or {_COPY}"),
)
_START = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s|<!--.*?-->|<\?xml[^>]*>)*+<(?:!doctype\s+html|html|head|body|meta|title)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_ELEMENT = re.compile(rb"</(?:p|div|span|a|li|h[1-6]|article|section|table)\s*>", re.IGNORECASE)
_CHARSET = re.compile(
    rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,99}encoding=["']([\w.-]{1,40})""",
    re.IGNORECASE,
)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LATIN = ("ascii", "iso8859-1")  # browsers read pages with these charsets as Windows-1252


class NotAPageError(VouchBankError):
    """The file cannot become an article; the message says what to do instead.

    Attributes:
        why: The message without the file name and the advice.
    """

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why or message


@dataclass(frozen=True)
class WebPage:
    """What was read from a page.

    Attributes:
        raw: Its visible text, for raw.txt.
        source_map: The bytes of source-map.json.
        facts: The facts that it states.
        copy: The cleaned page, if requested.
        judged: Whether it is known which lines are main text.
    """

    raw: bytes
    source_map: bytes
    facts: tuple[Fact, ...]
    copy: str
    judged: bool

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Whether its lines are main text, for `normalise`."""
        return read_source_map(json.loads(self.source_map)).verdicts


def refuse(data: bytes, name: str) -> None:
    """Refuse a file that is neither text nor a web page.

    Raises:
        NotAPageError: the file is something else.
    """
    for pattern, said in _REFUSED:
        if re.match(pattern, data[:4096], re.IGNORECASE):
            raise NotAPageError(f"{printable(name)} {said}")


def _not_a_page(name: str, what: str, instead: str) -> NotAPageError:
    return NotAPageError(f"{printable(name)} {what}; {instead}", what)


def is_page(data: bytes, name: str = "") -> bool:
    """Whether bytes are HTML, by their content; if the name says so, one tag is enough."""
    head = data[:65536]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.replace(b"\0", b"")[2:]
    named = name.lower().endswith((".html", ".htm", ".xhtml")) and re.search(rb"<[a-zA-Z!/]", head) is not None
    return named or _START.match(head) is not None or len(_ELEMENT.findall(head)) >= 5


def decoded(data: bytes, name: str = "it") -> tuple[str, str]:
    """The text of a page and its charset, as Python names it.

    A byte order mark decides; without one, bytes that are valid UTF-8 are UTF-8; others have the charset declared.

    Raises:
        NotAPageError: the page cannot be decoded.
    """
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], charset, name), charset
    stated = _CHARSET.search(data[:4096])
    label = (stated[1] or stated[2]).decode("ascii", "replace") if stated else ""
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if not label:
            said = f"declares no charset, and is not UTF-8 (byte {error.start:,})"
            raise _not_a_page(name, said, _AGAIN) from None
    try:
        charset = codecs.lookup(label).name
    except LookupError:
        raise _not_a_page(name, f"declares the unknown charset {printable(label)!r}", _SAVE) from None
    charset = "cp1252" if charset in _LATIN else charset
    return _decoded(data, charset, name), charset


def _decoded(data: bytes, charset: str, name: str) -> str:
    try:
        return data.decode(charset)
    except (UnicodeError, LookupError, ValueError):
        raise _not_a_page(name, f"declares the charset {charset!r}, but is neither that nor UTF-8", _AGAIN) from None


def require_reader() -> None:
    """Check that the library that reads pages is installed, without importing it.

    Raises:
        MissingExtraError: the library is missing.
    """
    if find_spec("trafilatura") is None:
        raise MissingExtraError("reading a web page", "trafilatura")


def read_web_page(
    data: bytes, name: str, address: str = "", keep: bool = False, reader: PageReader | None = None
) -> WebPage:
    """Read a page in a process of its own.

    Args:
        data: Its bytes.
        name: Its file name, for messages.
        address: Its web address, if known.
        keep: Whether to make a cleaned copy.
        reader: A process to read many pages with; by default, a new one for this page.

    Raises:
        MissingExtraError: the library that reads pages is missing.
        NotAPageError: the page cannot become an article.
    """
    require_reader()
    if len(data) > MOST_PAGE:
        raise _not_a_page(name, f"has more than {MOST_PAGE:,} bytes, the limit for a page", _COPY)
    page, charset = decoded(data, name)
    if "\0" in page:
        raise _not_a_page(name, "contains a NUL character, so it is not a web page", f"{_SAVE}, or {_COPY}")
    digest = hashlib.sha256(data).hexdigest()
    job = {"sha256": digest, "charset": charset, "address": address, "keep": keep}
    if reader is None:
        with PageReader() as fresh:
            return _read(page, job, name, fresh)
    return _read(page, job, name, reader)


def html_page(html: str | bytes, reader: PageReader, address: str = "") -> WebPage:
    r"""Read one page of many; messages call it “the page”.

    Args:
        html: The page, decoded or not.
        reader: The process that reads it.
        address: Its web address, if known.

    Raises:
        MissingExtraError: the library that reads pages is missing.
        NotAPageError: the page cannot become an article; `why` says why in a few words.

    Example:
        >>> with PageReader() as reader:
        ...     page = html_page("<nav>Home</nav><p>Boats wait in the bay.", reader)
        >>> page.raw, page.verdicts  # too short to say what is main text
        (b'Home\n\nBoats wait in the bay.\n', ())
    """
    try:
        data = html.encode("utf-8") if isinstance(html, str) else html
    except UnicodeEncodeError as error:
        why = f"contains half of a surrogate pair at character {error.start:,}"
        raise _not_a_page("the page", why, _SAVE) from None
    return read_web_page(data, "the page", address, reader=reader)


def _read(page: str, job: Mapping[str, object], name: str, reader: PageReader) -> WebPage:
    try:
        answer = reader.ask(job, page)
    except UnreadError as error:
        raise _not_a_page(name, f"cannot be read: {cut(printable(str(error)), 200)}", _COPY) from None
    if not answer["raw"]:
        said = "shows no text; it may be a login page, or filled in by a script"
        raise _not_a_page(name, said, f"open it in a browser and {_COPY}")
    raw, source_map = answer["raw"].encode("utf-8"), answer["map"].encode("utf-8")
    if max(len(raw), len(source_map), len(answer["copy"].encode("utf-8"))) > MOST_BYTES:
        raise _not_a_page(name, "is longer than an article can be", _COPY)
    return WebPage(raw, source_map, tuple(Fact(**one) for one in answer["facts"]), answer["copy"], answer["judged"])
