"""Every config in torch format, row by row and through a DataLoader. Run by `python3 scripts/run.py torch` (large)."""

from __future__ import annotations

from pathlib import Path

import datasets
import pyarrow.parquet as pq
import pytest
import torch

from vouchbank.corpus import repository_root

CORPUS = repository_root() / "corpus"
CONFIGS = [p.stem for p in sorted((CORPUS / "data").glob("*.parquet")) if pq.read_metadata(p).num_rows]


@pytest.mark.parametrize("name", CONFIGS)
def test_every_config_can_be_read_in_torch_format(name: str, tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(CORPUS), name, split="test", cache_dir=str(tmp_path)).with_format("torch")
    rows = list(loaded)
    assert len(rows) == loaded.num_rows
    assert len(loaded[:][loaded.column_names[0]]) == loaded.num_rows


def test_tags_come_as_tensors_as_long_as_the_tokens(tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(CORPUS), "tokens", split="test", cache_dir=str(tmp_path)).with_format("torch")
    for row in loaded:
        for column in ("entity_tags", "quantity_tags", "attribution_tags"):
            assert row[column].dtype == torch.int64
            assert row[column].shape == (len(row["tokens"]),)


def test_the_default_collate_takes_the_scalar_columns_of_quantities(tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(CORPUS), "quantities", split="test", cache_dir=str(tmp_path))
    wanted = ["id", "interval", "dimension", "lower_closed", "upper_closed", "approximate", "vague", "status", "sure"]
    scalars = loaded.filter(lambda row: row["interval"] is not None).select_columns(wanted).with_format("torch")
    batch = next(iter(torch.utils.data.DataLoader(scalars, batch_size=4)))
    assert batch["lower_closed"].shape == (4,)
