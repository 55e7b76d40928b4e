"""What the offset map costs an article: bytes of the column `map` in Parquet, and of the same entries as JSON.

    python -m bench.map_size PATH

PATH is a folder of pages as `bench/normalising.py` describes it. A page is an article; the column is written alone, as
the build writes `articles`, and counted without the footer of the file.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from bench.normalising import RENDERINGS, pages
from vouchbank.build.parquet import write_rows
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.schema.derive import arrow_schema
from vouchbank.text import OffsetMap, normalise


def column_bytes(maps: Sequence[OffsetMap]) -> int:
    """The bytes of the column, as it is compressed in a file.

    Example:
        >>> 0 < column_bytes([OffsetMap.identity(5)] * 1000) < 1000
        True
    """
    import pyarrow.parquet

    field = arrow_schema(load_schema(default_schema_folder()).tables["articles"]).field("map")
    file = io.BytesIO()
    held = pyarrow.array([one.to_deltas() for one in maps], field.type)
    write_rows(pyarrow.table([held], schema=pyarrow.schema([field])), file)
    read = pyarrow.parquet.read_metadata(file)
    groups = [read.row_group(number) for number in range(read.num_row_groups)]
    return sum(group.column(n).total_compressed_size for group in groups for n in range(group.num_columns))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each rendering, and one for all pages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path", type=Path, help="the folder of the development set")
    options = parser.parse_args(arguments)
    maps = {name: [normalise(p["raw"]).map for p in pages(options.path, key)] for key, name in RENDERINGS.items()}
    if not all(maps.values()):
        parser.error(f"{options.path}: no pages of {' or '.join(RENDERINGS)}")
    print("| rendering | articles | runs an article | bytes an article: column | JSON |")
    print("|---|---|---|---|---|")
    for name, held in {**maps, "both": [*chain.from_iterable(maps.values())]}.items():
        runs = sum(len(one.runs) for one in held) / len(held)
        written = sum(len(json.dumps(one.to_deltas())) for one in held) / len(held)
        print(f"| {name} | {len(held):,} | {runs:.0f} | {column_bytes(held) / len(held):.0f} | {written:,.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
