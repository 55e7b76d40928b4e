r"""Articles by the million: Parquet or JSON Lines in, nested Parquet of the published types and findings out.

`plan` cuts inputs into parts, `shard` makes one part, and nothing else is needed of an engine.

Example:
    >>> import json, tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source = Path(folder, "news.jsonl")
    ...     _ = source.write_text(json.dumps({"id": "a", "text": "It rains.\n\nShare this article"}) + "\n")
    ...     parts = plan([source], Options())
    ...     receipt = shard(parts[0], Path(folder, "out"), Options())
    >>> receipt.articles, receipt.roles
    (1, {'body': 1, 'interface': 1})
"""

from __future__ import annotations

from vouchbank.bulk.found import InputFinding
from vouchbank.bulk.given import Given
from vouchbank.bulk.one import Done, many, one
from vouchbank.bulk.options import Options
from vouchbank.bulk.parts import InputPart, plan
from vouchbank.bulk.receipts import Receipt, done
from vouchbank.bulk.shards import shard

__all__ = ["Done", "Given", "InputFinding", "InputPart", "Options", "Receipt", "done", "many", "one", "plan", "shard"]
