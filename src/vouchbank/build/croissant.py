"""corpus/croissant.json: the corpus in the Croissant format (1.0), with the fields for responsible AI (RAI 1.0).

Files, record sets and fields come from schema/, sentences from about.toml. mlcroissant reads every record offline. It
(1.1.1) cannot read a list inside a record of a list, so `articles` shows the nested layers without their lists; their
own record sets are complete.

Example:
    >>> from vouchbank.schema import default_schema_folder, load_schema
    >>> schema = load_schema(default_schema_folder())
    >>> span = record_set(schema.tables["entities"], schema)["field"][3]
    >>> span["subField"][0]["source"]["extract"], span["subField"][0]["source"]["transform"]
    ({'column': 'span'}, {'jsonPath': 'start'})
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vouchbank._version import __version__
from vouchbank.build.about import Told
from vouchbank.build.citation import UNKNOWN, bibtex
from vouchbank.schema import Column, Kind, Schema, Table
from vouchbank.schema.derive import tag_names

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PARQUET = "application/x-parquet"  # the only name for Parquet that mlcroissant knows
Json = dict[str, Any]
_TYPES = {Kind.TEXT: "sc:Text", Kind.INTEGER: "sc:Integer", Kind.NUMBER: "sc:Float", Kind.BOOLEAN: "sc:Boolean"}
# as published at https://docs.mlcommons.org/croissant/docs/croissant-spec.html, with the prefix of the RAI fields
_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(schema: Schema, folder: Path, told: Told) -> str:
    """The whole file, for a corpus whose Parquet files are in `folder`."""
    said, citation = told.said, told.citation
    document: Json = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": "VouchBank",
        "description": f"{said['summary']} {said['licence']}",
        "license": LICENCE,
        "usageInfo": f"{said['rights']} {said['take_down']}",
        "version": __version__,
        "inLanguage": list(told.languages),
        "isLiveDataset": False,
        "citeAs": bibtex(citation),
        "creator": [{"@type": "sc:Organization", "name": name} for name in citation.authors if name != UNKNOWN],
        "datePublished": citation.released,
        "keywords": list(citation.keywords),
        "url": citation.url,
        **responsible(told),
        "distribution": [_file(table, folder) for table in schema.tables.values()],
        "recordSet": [record_set(table, schema) for table in schema.tables.values()],
    }
    kept = {key: value for key, value in document.items() if value not in ("", [])}
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def responsible(told: Told) -> Json:
    """The fields for responsible AI, with the names of RAI 1.0."""
    said, tools = told.said, told.makers.tools
    return {
        "rai:dataCollection": said["collection"],
        "rai:dataCollectionType": ["Others"],
        "rai:dataCollectionMissingData": said["missing_data"],
        "rai:dataCollectionRawData": said["raw_data"],
        "rai:dataPreprocessingProtocol": [said["preprocessing"]],
        "rai:dataAnnotationProtocol": said["protocol"],
        "rai:dataAnnotationPlatform": [said["platform"]],
        "rai:dataAnnotationAnalysis": [said["agreement"], said["errors"]],
        "rai:annotationsPerItem": told.makers.per_item,
        "rai:annotatorDemographics": [said["annotators"]],
        "rai:machineAnnotationTools": [f"Language models: {', '.join(tools)}."] if tools else [],
        "rai:dataBiases": [*said["biases"], *(f"Article {k}: {v.says}." for k, v in told.views.items())],
        "rai:dataLimitations": [*said["limitations"], *(f"Not for: {use}" for use in said["out_of_scope"])],
        "rai:dataUseCases": said["uses"],
        "rai:dataSocialImpact": said["social_impact"],
        "rai:personalSensitiveInformation": [said["personal"]],
        "rai:dataReleaseMaintenancePlan": f"{said['maintenance']} {said['take_down']}",
    }


def record_set(table: Table, schema: Schema) -> Json:
    """A table as a record set: its fields, its key, and its references to other record sets."""
    key = _key(table)
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"{table.description} One record is {table.row}.",
        **({"key": {"@id": key}} if key else {}),
        "field": [_field(column, table, schema) for column in table.columns],
    }


def _key(table: Table) -> str:
    """The field whose values are unique; empty if the table has none."""
    return next((f"{table.name}/{c.name}" for c in table.columns if c.unique), "")


def _file(table: Table, folder: Path) -> Json:
    name = f"data/{table.name}.parquet"
    data = (folder / name).read_bytes()
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": f"{table.name}.parquet",
        "description": f"The table {table.name}.",
        "contentUrl": name,
        "contentSize": f"{len(data)} B",
        "encodingFormat": PARQUET,
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _field(column: Column, table: Table, schema: Schema) -> Json:
    inner = column.item or column
    target = _target(column, schema)
    held: Json = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": _described(column, schema),
        **({"repeated": True} if column.item else {}),
        **({"references": {"field": {"@id": target}}} if target else {}),
    }
    if inner.kind is Kind.RECORD:
        return {**held, "subField": [_sub_field(path, leaf, column, table) for path, leaf in _leaves(inner)]}
    return {**held, "dataType": _type(inner), "source": _source(table, column)}


def _target(column: Column, schema: Schema) -> str:
    """The field that a column refers to, if the column always has a value: mlcroissant drops rows with null."""
    if column.nullable or len(column.references) != 1:
        return ""
    return _key(schema.tables[column.references[0]])


def _sub_field(path: str, leaf: Column, column: Column, table: Table) -> Json:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}/{path}",
        "name": path,
        "description": leaf.description,
        "dataType": _type(leaf),
        "source": {**_source(table, column), "transform": {"jsonPath": path}},
    }


def _leaves(record: Column) -> Iterator[tuple[str, Column]]:
    """The values of a record and of the records in it, with their paths; mlcroissant cannot read lists here."""
    for inner in record.fields:
        if inner.kind is Kind.RECORD:
            yield from ((f"{inner.name}.{path}", leaf) for path, leaf in _leaves(inner))
        elif inner.item is None:
            yield inner.name, inner


def _source(table: Table, column: Column) -> Json:
    return {"fileObject": {"@id": f"data/{table.name}.parquet"}, "extract": {"column": column.name}}


def _type(column: Column) -> str:
    return "sc:Integer" if column.tags else _TYPES.get(column.kind, "sc:Text")


def _described(column: Column, schema: Schema) -> str:
    numbered = ", ".join(f"{number} {name}" for number, name in enumerate(tag_names(column, schema)))
    parts = (
        column.description,
        f"One of: {', '.join(column.label_names)}." if column.labels else "",
        f"-1 no label, {numbered}." if column.tags else "",
        f"Refers to {', '.join(column.targets)}." if column.targets else "",
    )
    return " ".join(filter(None, parts))
