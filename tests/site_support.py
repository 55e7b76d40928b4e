"""What tests of the pages share: a folder of pages, and a corpus whose every word wants to be obeyed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from tests.checks_support import TOY, copied
from vouchbank.corpus import Corpus
from vouchbank.corpus.canonical import with_paragraph_ids

HOSTILE_CALL = "harm"
# what stands in the corpus, and what stands there instead, in the seed and in every file that quotes it
ATTACKS = {
    "Tide Post": "<img src=x onerror=harm()>",
    "Ana Muñoz": "</script><script>harm()</script>",
    "Harbour Master": "Harbour Master <svg onload=harm()>",
    "grain board": "javascript:harm() \u202eboard",
    "one pilot": "one pilot' onmouseover='harm()",
}
LABEL = "</script><!--<script>harm()</script> {{ harm }} & &lt;\u2028\u2029 javascript:harm()"


def written(files: Mapping[str, bytes], into: Path) -> Path:
    """Files below a folder, which is given back."""
    for name, data in files.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return into


def hostile_corpus(into: Path) -> Corpus:
    """The toy corpus with words that a page might obey: in texts, names, labels, notes, addresses."""
    root = copied(TOY, into)
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".toml", ".txt")):
        text = path.read_text("utf-8")
        for words, attack in ATTACKS.items():
            text = text.replace(words, attack)
        text = text.replace('label = "', f'label = "{LABEL} ').replace('note = "', f'note = "{LABEL} ')
        text = text.replace('qid = "Q', 'qid = "javascript:harm()//Q')
        path.write_text(text, "utf-8")
    for meta in sorted(root.glob("seeds/*/meta.toml")):
        seed = hashlib.sha256(meta.with_name("raw.txt").read_bytes()).hexdigest()
        lines = [f'sha256 = "{seed}"' if line.startswith("sha256") else line for line in meta.read_text().split("\n")]
        meta.write_text("\n".join(lines), "utf-8")
    for article in Corpus(root).articles:
        wanted = with_paragraph_ids(article)
        if wanted is not None:
            (root / article.seed.meta.file).write_text(wanted, "utf-8")
    return Corpus(root)
