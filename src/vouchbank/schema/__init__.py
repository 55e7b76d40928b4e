"""The tables, columns and labels that schema/ states, and the types and schemas derived from them."""

from vouchbank.schema.load import default_schema_folder, load_schema
from vouchbank.schema.model import ByTable, Column, Kind, Label, Schema, Table, Tags

__all__ = ["ByTable", "Column", "Kind", "Label", "Schema", "Table", "Tags", "default_schema_folder", "load_schema"]
