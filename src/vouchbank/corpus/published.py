"""Load tables of the published corpus offline, from an installed wheel or from a clone.

Example:
    >>> import vouchbank
    >>> vouchbank.load("segments").columns[:3]
    ['article_id', 'index', 'raw_start']
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from vouchbank.errors import UnknownTableError, needed

if TYPE_CHECKING:
    import datasets
    import pandas
    import polars
    import pyarrow

Form = Literal["polars", "arrow", "pandas", "datasets"]


def path() -> Path:
    """The folder of the published corpus: in the installed package, or in the clone.

    >>> sorted(entry.name for entry in path().iterdir() if entry.suffix == ".md")
    ['DICTIONARY.md', 'README.md']
    """
    packaged = Path(__file__).parents[1] / "_data" / "corpus"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "corpus"


def table_names() -> list[str]:
    """The names of all tables, sorted.

    >>> table_names()[:3]
    ['articles', 'assertions', 'attributions']
    """
    return sorted(file.stem for file in (path() / "data").glob("*.parquet"))


@overload
def load(name: str = "articles", form: Literal["polars"] = "polars") -> polars.DataFrame: ...
@overload
def load(name: str, form: Literal["arrow"]) -> pyarrow.Table: ...
@overload
def load(name: str, form: Literal["pandas"]) -> pandas.DataFrame: ...
@overload
def load(name: str, form: Literal["datasets"]) -> datasets.Dataset: ...


def load(name: str = "articles", form: Form = "polars") -> Any:
    """Load one table of the published corpus.

    >>> load("quantities").select("id", "lower", "upper").columns
    ['id', 'lower', 'upper']

    Args:
        name: The table, one of `table_names()`.
        form: The type to return: a `polars` data frame, an `arrow` table, a `pandas` data frame, or a `datasets`
            dataset. polars is installed with this package; the other libraries come with its extra `build`.

    Returns:
        The table, with the columns that `corpus/DICTIONARY.md` describes, one row per article, mention, quantity, …

    Raises:
        UnknownTableError: the corpus has no such table.
        MissingExtraError: the library for this form is not installed.
        ValueError: the form is unknown.
    """
    file = path() / "data" / f"{name}.parquet"
    if name not in table_names():
        raise UnknownTableError(name, table_names())
    with needed(f"load(form={form!r})"):
        match form:
            case "polars":
                import polars

                return polars.read_parquet(file)
            case "arrow":
                import pyarrow.parquet

                # read_table would import pandas if it is installed
                return pyarrow.parquet.ParquetFile(file).read()
            case "pandas":
                import pandas  # noqa: F401 - to_pandas needs it
                import pyarrow.parquet

                return pyarrow.parquet.ParquetFile(file).read().to_pandas()
            case "datasets":
                import datasets

                return datasets.Dataset.from_parquet(str(file), split="test")
    raise ValueError(f"unknown form {form!r}; choose one of: polars, arrow, pandas, datasets")
