"""The output folder: what it may contain, and what is removed before a run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from vouchbank.bulk.parts import InputPart
from vouchbank.bulk.receipts import DATA, FINDINGS, RECEIPTS
from vouchbank.errors import VouchBankError
from vouchbank.writing import PREFIX, BusyError, locked, replace_file

FOLDERS = (DATA, FINDINGS, RECEIPTS)
CARD = "README.md"
STEM = "ids"  # the name, without ending, of the files about duplicate ids across all parts
SCRATCH = f"{PREFIX}ids"
_STEM = re.compile(
    rf"(?:{re.escape(PREFIX)}(?:new|part|lock)-)?(part-[0-9]{{5,}}|ids)(?:\.parquet|\.json|\.txt)?\Z", re.ASCII
)
_CARD = f"""---
configs:
- config_name: articles
  default: true
  data_files: {DATA}/*.parquet
- config_name: findings
  data_files: {FINDINGS}/*.parquet
---
# Articles normalised by `vouchbank bulk`

`load_dataset(FOLDER)` reads the articles, `load_dataset(FOLDER, "findings")` the findings on them. For each part,
the folder `{RECEIPTS}/` records its input, the digest of the options, and the SHA-256 of its files.
"""


class NotATargetError(VouchBankError):
    """The target contains files that `vouchbank bulk` did not write."""

    def __init__(self, target: Path, name: str) -> None:
        super().__init__(
            f"{target} contains {name!r}, which `vouchbank bulk` did not write; choose a new or an empty folder"
        )


def begin(target: str | Path, parts: Sequence[InputPart]) -> None:
    """Prepare the output folder; remove parts of other plans and files that a killed run left unfinished.

    Files that another process is writing are not touched. May be called any number of times, also at the same time.

    Raises:
        NotATargetError: the folder contains something else.
        CannotLockError: the folder cannot be written.
    """
    target = Path(target)
    _refuse_others(target)
    for folder in FOLDERS:
        (target / folder).mkdir(parents=True, exist_ok=True)
    card = target / CARD
    with suppress(BusyError), locked(target / f"{PREFIX}lock-{CARD}", card, "bulk"):
        if not card.is_file() or card.read_text(encoding="utf-8") != _CARD:
            replace_file(card, _CARD.encode())
    _sweep(target, {STEM, *(part.stem for part in parts)})


def _refuse_others(target: Path) -> None:
    held = {path.name for path in target.iterdir()} if target.is_dir() else set()
    card = target / CARD
    ours = CARD in held and card.is_file() and card.read_text("utf-8", "replace") == _CARD
    strange = sorted(name for name in held - {*FOLDERS} if not name.startswith(PREFIX) and not (ours and name == CARD))
    if strange and not ours:
        raise NotATargetError(target, strange[0])


def _sweep(target: Path, planned: set[str]) -> None:
    """Remove the files of parts that are not planned, and unfinished files that no process is writing."""
    listed = [path for folder in (".", *FOLDERS) for path in (target / folder).iterdir()]
    stale: dict[str, list[Path]] = {}
    for path in listed:
        found = _STEM.match(path.name)
        if path.name == SCRATCH:
            stale.setdefault(STEM, [])
        elif found and (path.name.startswith(PREFIX) or found[1] not in planned):
            stale.setdefault(found[1], []).append(path)
    for stem, paths in sorted(stale.items()):
        with suppress(BusyError), locked(target / f"{PREFIX}lock-{stem}", target / DATA / f"{stem}.parquet", "bulk"):
            for path in sorted(paths, key=lambda path: path.parent.name != RECEIPTS):
                if not path.name.startswith(f"{PREFIX}lock-"):
                    path.unlink(missing_ok=True)
            if stem == STEM:
                shutil.rmtree(target / SCRATCH, ignore_errors=True)
