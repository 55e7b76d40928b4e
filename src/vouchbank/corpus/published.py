"""Load a table of the published corpus, from a clone or from an installed wheel, offline.

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
    """The folder of the published corpus: of the installed package, or of the clone it runs from."""
    packaged = Path(__file__).parents[1] / "_data" / "corpus"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "corpus"


def table_names() -> list[str]:
    """The tables there are."""
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
    """One table of the published corpus.

    Args:
        name: The table, one of `table_names()`.
        form: `polars` comes with this package; `arrow`, `pandas` and `datasets` come with its extra `build`.

    Raises:
        UnknownTableError: the corpus does not have this table.
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

                # read_table imports pandas wherever it is installed
                return pyarrow.parquet.ParquetFile(file).read()
            case "pandas":
                import pandas  # noqa: F401 - pyarrow takes it
                import pyarrow.parquet

                return pyarrow.parquet.ParquetFile(file).read().to_pandas()
            case "datasets":
                import datasets

                return datasets.Dataset.from_parquet(str(file), split="test")
    raise ValueError(f"there is no form {form!r}; choose polars, arrow, pandas or datasets")
