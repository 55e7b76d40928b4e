"""The dataset card: corpus/README.md, made from a template and the data.

Its YAML names the configs and nothing that could override the Parquet files (no `dataset_info`, no sizes). A table
without rows is a file but no config, since an empty split cannot be loaded.
"""

from __future__ import annotations

from importlib import resources
from string import Template
from typing import TYPE_CHECKING

from vouchbank._version import __version__
from vouchbank.corpus import Corpus

if TYPE_CHECKING:
    import pyarrow


def dataset_card(corpus: Corpus, tables: dict[str, pyarrow.Table]) -> str:
    """The card as Markdown with YAML front matter."""
    template = Template(resources.files("vouchbank.build").joinpath("card.md").read_text("utf-8"))
    configs = [name for name, rows in tables.items() if rows.num_rows]
    return template.substitute(
        version=__version__,
        configs="\n".join(_config(name, corpus) for name in configs),
        tables="\n".join(_table_line(name, corpus, tables) for name in tables),
        empty=_empty([name for name in tables if name not in configs]),
        layers="\n".join(_status_lines(corpus)),
        articles=len(corpus.article_ids),
        outlets="\n".join(_outlet_lines(tables)),
    )


def _config(name: str, corpus: Corpus) -> str:
    default = "\n  default: true" if corpus.schema.tables[name].default else ""
    return f"- config_name: {name}{default}\n  data_files:\n  - split: test\n    path: data/{name}.parquet"


def _table_line(name: str, corpus: Corpus, tables: dict[str, pyarrow.Table]) -> str:
    table = corpus.schema.tables[name]
    return f"| `{name}` | {tables[name].num_rows} | {table.row} | {table.description} |"


def _empty(names: list[str]) -> str:
    if not names:
        return ""
    listed = ", ".join(f"`{n}`" for n in names)
    return f"No rows yet, so no config yet (an empty split cannot be loaded): {listed}.\n"


def _status_lines(corpus: Corpus) -> list[str]:
    files = corpus.schema.layer_files
    lines = [f"| article | {' | '.join(files)} |", f"|---{'|---' * len(files)}|"]
    return lines + [f"| {a.id} | {' | '.join(a.files[name].status() for name in files)} |" for a in corpus.articles]


def _outlet_lines(tables: dict[str, pyarrow.Table]) -> list[str]:
    rows = tables["articles"].to_pylist()
    return [
        f"| {r['article_id']} | {r['outlet'] or 'unknown'} | {r['published'] or 'unknown'} | "
        f"{r['rights'] or 'nothing said'} |"
        for r in rows
    ]
