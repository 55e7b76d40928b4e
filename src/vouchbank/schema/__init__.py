"""The schema room: schema/ is the one statement of tables, fields and labels; all else is derived here."""

from vouchbank.schema.load import default_schema_folder, load_schema
from vouchbank.schema.model import ByTable, Column, Kind, Label, Schema, Table, Tags

__all__ = ["ByTable", "Column", "Kind", "Label", "Schema", "Table", "Tags", "default_schema_folder", "load_schema"]
