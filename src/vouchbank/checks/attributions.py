"""Attributions by themselves: cue, content, polarity, certainty, kind of source."""

from __future__ import annotations

import re

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import Judged
from vouchbank.corpus.records import to_write
from vouchbank.findings import Level, Severity
from vouchbank.language.cues import CERTAINTY_OF, leaves_open
from vouchbank.language.cues import cue_kind as kind_of
from vouchbank.language.lexicon import plain, word_list

KNOWN = ("named", "author", "document", "outlet")
MOST_CUE_WORDS = 8
_THAT = re.compile(r"\bthat[\s,]*\Z", re.IGNORECASE)


@rule("attributions", level=Level.RECORD)
def cue_not_one_span(attribution: Judged) -> Faults:
    """The cue has several fragments.

    A cue is one contiguous span. A preposition that follows another phrase belongs to the content: in "accuses Maduro
    of", the cue is "accuses".
    """
    if (count := len(attribution.spans["cue"])) > 1:
        yield attribution.fault(
            ("cue",), f"the cue has {count} fragments", "quote one contiguous span, usually the verb group"
        )


@rule("attributions", level=Level.RECORD, waivable=True)
def cue_too_long(attribution: Judged) -> Faults:
    """The cue is a whole clause.

    A cue is a verb group, a noun, an adverb or a preposition: the words that attribute, not what is attributed. It has
    at most eight words.
    """
    if (count := len(attribution.words("cue").split())) > MOST_CUE_WORDS:
        yield attribution.fault(
            "cue", f"the cue has {count} words", "quote only the words that attribute; the rest may be content"
        )


@rule("attributions", level=Level.ARTICLE, waivable=True)
def cue_edge(attribution: Judged) -> Faults:
    """The cue begins with a determiner, or begins or ends with a mention.

    A cue consists of the words that attribute: a verb group, "according to", "claims of", "reportedly". Who speaks, to
    whom, when and what are separate spans. Keep a negation: "no longer believe".
    """
    text = attribution.article.text
    for cue in attribution.spans["cue"]:
        first = plain(cue.of(text)).removeprefix("no longer ").split()[:1]
        inside = [m.spans["span"][0] for m in attribution.mentions_inside(cue)]
        at_edge = [m for m in inside if m.start == cue.start or m.end == cue.end]
        if at_edge or (first and first[0] in word_list("names", "determiners")):
            held = at_edge[0].of(text) if at_edge else first[0]
            where = "ends" if at_edge and at_edge[0].start > cue.start else "begins"
            help_ = "quote only the words that attribute; annotate source, addressee, time and content separately"
            yield attribution.fault("cue", f"the cue {where} with {held!r}", help_)


@rule("attributions", level=Level.RECORD)
def cue_kind_contradicts_cue(attribution: Judged) -> Faults:
    """`cue_kind` is `none` although there is a cue, or names a kind although there is no cue.

    `none` and `punctuation` (a colon or the like) follow from the cue: leave `cue_kind` out.
    """
    kind, cue = attribution.text("cue_kind"), attribution.words("cue")
    lettered = bool(re.search(r"\w", cue))
    if bool(cue) == (kind == "none"):
        message = f"`cue_kind` is {kind!r}, but the cue is {repr(cue) if cue else 'missing'}"
        yield attribution.fault(
            "cue_kind", message, "write the kind of the cue" if cue else 'quote the cue, or write cue_kind = "none"'
        )
    elif cue and lettered == (kind == "punctuation"):
        message = f"`cue_kind` is {kind!r}, but {cue!r} is {'not ' * lettered}punctuation"
        yield attribution.fault(
            "cue_kind", message, "write the kind of the cue" if lettered else 'write cue_kind = "punctuation"'
        )


@rule("attributions", level=Level.RECORD, severity=Severity.WARNING, waivable=True)
def cue_kind_implausible(attribution: Judged) -> Faults:
    """The words of the cue do not look like the kind given (a warning).

    "reportedly" looks like an adverb, "according to" like a preposition, "claims of" after a possessive like a noun.
    """
    kind, cue = attribution.text("cue_kind"), plain(attribution.words("cue"))
    if not cue or not re.search(r"\w", cue) or kind in ("none", "punctuation"):
        return
    looks = kind_of(cue) or ""
    if (looks and kind != looks) or (not looks and kind in ("adverb", "preposition")):
        likely = repr(looks) if looks else "'verb' or 'noun'"
        message = f"`cue_kind` is {kind!r}, but {cue!r} looks like {likely}"
        yield attribution.fault("cue_kind", message, "check the cue and its kind")


@rule("attributions", level=Level.RECORD)
def content_missing(attribution: Judged) -> Faults:
    """An attribution has no content.

    Only two kinds of attribution may have no content: a refusal, and an answer without an object ("aren't convinced")
    to an attribution that `about` names.
    """
    written = attribution.record.values
    if "content" not in written and attribution.text("polarity") != "decline" and not written.get("about"):
        help_ = 'quote the content, or write polarity = "decline" or about = […]'
        yield attribution.fault("", "the attribution has no content", help_)


@rule("attributions", level=Level.RECORD)
def content_of_decline(attribution: Judged) -> Faults:
    """A refusal has content that is not what was withheld.

    "declined to comment" and "referred questions to" need no content. The content of a refusal is only what the source
    would not say, and it follows the cue or is a question: "declined to say [how many had been dismissed]".
    """
    text, cues = attribution.article.text, attribution.spans["cue"]
    contents = sorted(attribution.spans["content"])
    if attribution.text("polarity") == "decline" and contents:
        behind = any(not text[cue.end : contents[0].start].strip() for cue in cues if cue.end <= contents[0].start)
        if not behind and plain(contents[0].of(text)).split()[0] not in word_list("cues", "questions"):
            help_ = "remove the content, or change the polarity"
            yield attribution.fault(("content",), "the content of a refusal must be what was withheld", help_)


@rule("attributions", level=Level.RECORD, waivable=True)
def content_without_that(attribution: Judged) -> Faults:
    """The content leaves out the "that" before it.

    The conjunction belongs to the content: "said last month [that he has approved …]".
    """
    text = attribution.article.text
    own = [*attribution.spans["cue"], *attribution.spans["source"]]
    for span in sorted(attribution.spans["content"])[:1]:
        that = _THAT.search(text, max(0, span.start - 12), span.start)
        if that and not any(o.start <= that.start() < o.end for o in own):
            message = f"the content does not include the {text[that.start() : that.start() + 4]!r} before it"
            yield attribution.fault(("content",), message, "begin the content with that word")


@rule("attributions", level=Level.RECORD)
def content_holds_own_cue(attribution: Judged) -> Faults:
    """The content contains the source or the cue of the same attribution.

    Source and cue are not part of the content. If they interrupt it, write the content as two fragments.
    """
    for name in ("source", "cue"):
        held = [s for s in attribution.spans[name] if any(c.contains(s) for c in attribution.spans["content"])]
        if held:
            message = f"the content contains its own {name} {held[0].of(attribution.article.text)!r}"
            yield attribution.fault(("content",), message, "write the content as fragments around it")
            break


@rule("attributions", level=Level.RECORD)
def certainty_contradicts_polarity(attribution: Judged) -> Faults:
    """The certainty does not fit the polarity.

    A doubt has the certainty `possible`, a refusal `underspecified`.
    """
    polarity, certainty = attribution.text("polarity"), attribution.text("certainty")
    wanted = CERTAINTY_OF.get(polarity, certainty)
    if certainty != wanted:
        message = f"`certainty` {certainty!r} does not fit `polarity` {polarity!r}"
        yield attribution.fault("certainty", message, f'write certainty = "{wanted}"')


@rule("attributions", level=Level.RECORD, waivable=True)
def certainty_contradicts_cue(attribution: Judged) -> Faults:
    """The cue leaves the certainty open, but the annotation does not.

    The certainty of "reportedly" and "reports of" is `underspecified`.
    """
    cue, certainty = plain(attribution.words("cue")), attribution.text("certainty")
    open_ = leaves_open(cue) and attribution.text("polarity") == "affirm"
    if open_ and certainty != "underspecified":
        message = f"`certainty` is {certainty!r}, but the cue {cue!r} leaves it open"
        yield attribution.fault("certainty", message, 'write certainty = "underspecified"')


@rule("attributions", level=Level.RECORD)
def source_kind_contradicts_source(attribution: Judged) -> Faults:
    """`source_kind` is `implicit` although there is a source, or another kind although there is none.

    `implicit` means that no source is expressed, as with agentless verbs, "reportedly" and "reports of".
    """
    kind, source = attribution.text("source_kind"), attribution.words("source")
    if kind and bool(source) == (kind == "implicit") and not to_write(attribution.record.values.get("source")):
        message = f"`source_kind` is {kind!r}, but the source is {repr(source) if source else 'missing'}"
        help_ = "write the kind of the source" if source else 'quote the source, or write source_kind = "implicit"'
        yield attribution.fault("source_kind", message, help_)


@rule("attributions", level=Level.ARTICLE)
def source_kind_missing(attribution: Judged) -> Faults:
    """The kind of a source is neither given nor clear from its words.

    A missing source is `implicit`, and a person or state with a name is `named`; leave the field out there. An
    organisation may be an outlet, an office or a group, so its kind must be written.
    """
    source = attribution.words("source")
    if attribution.article.source.files["entities"].document.faults:
        return  # the entities that may settle the kind are not known
    if source and not attribution.text("source_kind") and "source_kind" not in attribution.record.values:
        labels = ", ".join(label.name for label in attribution.record.table.column("source_kind").labels)
        message = f"the source {source!r} has no kind"
        yield attribution.fault("source", message, f"add source_kind = …, one of: {labels}")


@rule("attributions", level=Level.RECORD)
def anonymity_of_known(attribution: Judged) -> Faults:
    """A reason for anonymity is given for a known source.

    `anonymous` means that the identity is withheld, which is not true of a named source, the author, a document or an
    outlet.
    """
    kind = attribution.text("source_kind")
    if attribution.spans["anonymity_reason"] and kind in KNOWN:
        help_ = 'write source_kind = "anonymous", or remove the reason'
        yield attribution.fault("source_kind", f"`source_kind` is {kind!r}, but a reason for anonymity is given", help_)
