"""`tokens` fits transformers: a small BERT, from nothing, learns the entities of the corpus by heart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    BertConfig,
    BertForTokenClassification,
    DataCollatorForTokenClassification,
    PreTrainedTokenizerFast,
)

from vouchbank.corpus import repository_root

CORPUS = str(repository_root() / "corpus")
NO_LABEL = -100
ROUNDS = 25


def tokenizer_for(texts: list[str]) -> PreTrainedTokenizerFast:
    """A WordPiece of the texts themselves: nothing is downloaded."""
    raw = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]"]
    raw.train_from_iterator(
        texts, trainers.WordPieceTrainer(vocab_size=2000, special_tokens=special, show_progress=False)
    )
    return PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="[PAD]", unk_token="[UNK]")


def on_pieces(row: dict[str, Any], tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    """The pieces of a sentence with a label on the first piece of each word."""
    pieces = tokenizer(row["tokens"], is_split_into_words=True)
    words = pieces.word_ids()
    firsts = [word is not None and word != before for word, before in zip(words, [None, *words], strict=False)]
    labels = [row["entity_tags"][word] if first else NO_LABEL for word, first in zip(words, firsts, strict=True)]
    return {**pieces, "labels": labels}


def share_of_entity_words(model: BertForTokenClassification, rows: Any, collate: Any) -> float:
    """How many of the words inside entities have their tag."""
    right = asked = 0
    model.eval()
    with torch.no_grad():
        for row in rows:
            batch = collate([row])
            inside = batch["labels"] > 0
            right += int(((model(**batch).logits.argmax(-1) == batch["labels"]) & inside).sum())
            asked += int(inside.sum())
    model.train()
    return right / asked


def test_a_small_bert_learns_the_entity_tags_by_heart(tmp_path: Path) -> None:
    torch.manual_seed(0)
    sentences = datasets.load_dataset(CORPUS, "tokens", split="test", cache_dir=str(tmp_path))
    tokenizer = tokenizer_for(list(sentences["text"]))
    rows = sentences.map(on_pieces, fn_kwargs={"tokenizer": tokenizer}, remove_columns=sentences.column_names)
    labels = len(sentences.features["entity_tags"].feature.names)
    sizes = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128}
    model = BertForTokenClassification(
        BertConfig(vocab_size=len(tokenizer), num_labels=labels, hidden_dropout_prob=0.0, **sizes)
    )
    collate = DataCollatorForTokenClassification(tokenizer)
    before = share_of_entity_words(model, rows, collate)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    loader = torch.utils.data.DataLoader(rows, batch_size=16, shuffle=True, collate_fn=collate)
    for _ in range(ROUNDS):
        for batch in loader:
            model(**batch).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    assert before < 0.2
    assert share_of_entity_words(model, rows, collate) > 0.9
