r"""Process millions of articles: Parquet or JSON Lines in; nested Parquet of the published types and findings out.

`plan` divides the inputs into parts, `begin` prepares the output folder, `shard` makes one part, and `finish` looks for
duplicate ids once all parts are done. Engines call these functions. Each may be called again, and from several
processes at once.

Example:
    >>> import json, tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source = Path(folder, "news.jsonl")
    ...     _ = source.write_text(json.dumps({"id": "a", "text": "It rains.\n\nShare this article"}) + "\n")
    ...     parts = plan([source], Options())
    ...     begin(Path(folder, "out"), parts)
    ...     receipt = shard(parts[0], Path(folder, "out"), Options())
    ...     finish(Path(folder, "out"), parts, Options()) == [receipt]
    True
    >>> receipt.articles, receipt.roles
    (1, {'body': 1, 'interface': 1})
"""

from __future__ import annotations

from vouchbank.bulk.articles import ArticleResult, process_articles
from vouchbank.bulk.duplicate_ids import finish
from vouchbank.bulk.folder import begin
from vouchbank.bulk.input_findings import InputFinding
from vouchbank.bulk.input_rows import InputArticle
from vouchbank.bulk.options import Options
from vouchbank.bulk.parts import InputPart, plan
from vouchbank.bulk.receipts import Receipt, finished_receipt
from vouchbank.bulk.shards import shard

__all__ = [
    "ArticleResult",
    "InputArticle",
    "InputFinding",
    "InputPart",
    "Options",
    "Receipt",
    "begin",
    "finish",
    "finished_receipt",
    "plan",
    "process_articles",
    "shard",
]
