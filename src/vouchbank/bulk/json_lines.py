"""Read articles from JSON Lines, plain or compressed, one line at a time."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import IO, Any

from vouchbank.bulk.input_rows import InputRow, failed, of_the_system, read_record
from vouchbank.bulk.options import Options
from vouchbank.bulk.parts import InputPart
from vouchbank.checks import inputs as faults

_JSON_GROWTH = 4  # bytes of a line per byte of the longest article: escapes, annotation, other columns
_SKIPPED = 1024**2
_MOST_VALUES = 1_000_000  # in a line; a list of empty lists needs thirty times the memory of its text


def json_lines(part: InputPart, options: Options) -> Iterator[InputRow]:
    """The articles of a range of lines in order; a file that cannot be read to its end gives a finding."""
    yield from _read(_lines(part, options.most_bytes * _JSON_GROWTH), part.name, part.row, options)


def streamed(file: IO[bytes], name: str, options: Options) -> Iterator[InputRow]:
    """The articles of an open file in order, each as soon as its line arrives."""
    yield from _read(_split(file, options.most_bytes * _JSON_GROWTH), name, 0, options)


def _read(lines: Iterator[bytes | None], name: str, row: int, options: Options) -> Iterator[InputRow]:
    try:
        for line in lines:
            if line is None or line.strip():
                yield _of_line(line, (name, row), options)
            row += 1
    except (OSError, EOFError, zlib.error) as error:
        if of_the_system(error):
            raise
        yield failed((name, row), "", faults.input_unreadable((name, row), _why(error)))


def _lines(part: InputPart, most: int) -> Iterator[bytes | None]:
    """The lines of a range of bytes; None for one that is longer than `most`."""
    opened: Any = gzip.open if part.kind == "jsonl.gz" else open
    with opened(part.path, "rb") as file:
        whole = part.kind == "jsonl.gz"
        if not whole:
            file.seek(part.start)
        yield from _split(file, most, None if whole else part.end - part.start)


def _split(file: IO[bytes], most: int, size: int | None = None) -> Iterator[bytes | None]:
    done = 0
    while (size is None or done < size) and (line := file.readline(most + 1)):
        done += len(line)
        if len(line) > most and not line.endswith(b"\n"):
            done += _skip_line(file)
            yield None
        else:
            yield line


def _skip_line(file: IO[bytes]) -> int:
    done = 0
    while rest := file.readline(_SKIPPED):
        done += len(rest)
        if rest.endswith(b"\n"):
            break
    return done


def _of_line(line: bytes | None, row: tuple[str, int], options: Options) -> InputRow:
    fail = partial(failed, row, "")
    if line is None:
        most = options.most_bytes * _JSON_GROWTH
        return fail(faults.input_too_long(row, f"a line of more than {most:,} bytes"))
    if len(line) > _MOST_VALUES and sum(map(line.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        return fail(faults.input_too_long(row, f"more than {_MOST_VALUES:,} values or commas"))
    try:
        values = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        return fail(faults.input_not_utf8(row, line[error.start], error.start))
    except RecursionError:
        return fail(faults.input_not_json(row, "its values are nested too deeply"))
    except ValueError as error:
        return fail(faults.input_not_json(row, str(error)))
    if not isinstance(values, dict):
        return fail(faults.input_not_json(row, f"it is a {type(values).__name__}"))
    return read_record(values, row, options)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        again = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"duplicate key {again[:60]!a}")
    return values


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _why(error: BaseException) -> str:
    return str(error) or type(error).__name__
