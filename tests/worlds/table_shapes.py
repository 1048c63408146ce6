"""What a SQLite database's tables are like, as plain data that two databases can be compared by.

    python tests/worlds/table_shapes.py mlflow.db > tests/worlds/tables_0584bdc529eb.json

wrote the file beside this one, from an empty store that MLflow 2.22.2 had made.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from pathlib import Path
from typing import Any

TABLES_OF_2_22 = Path(__file__).with_name("tables_0584bdc529eb.json")


def table_shapes(path: Path) -> dict[str, Any]:
    """Columns, keys, checks and indexes of every table, by table name."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        names = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        return {name: _shape(connection, name, sql) for name, sql in sorted(names.fetchall())}
    finally:
        connection.close()


def _shape(connection: sqlite3.Connection, table: str, sql: str) -> dict[str, Any]:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    foreign = connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()
    indexes = connection.execute(f"PRAGMA index_list({table})").fetchall()
    sql = re.sub(r"\s+", " ", sql)
    return {
        "columns": [list(column[1:]) for column in columns],
        "foreign_keys": sorted([list(map(str, key[1:])) for key in foreign]),
        "indexes": sorted(_index(connection, index) for index in indexes),
        "constraint_names": sorted(re.findall(r"CONSTRAINT (\w+)", sql)),
        "checks": sorted(re.findall(r"CHECK \((.+?\))\)", sql)),
    }


def _index(connection: sqlite3.Connection, index: tuple[Any, ...]) -> list[Any]:
    _, name, unique, origin, _ = index
    columns = connection.execute(f"PRAGMA index_info({name})").fetchall()
    # SQLite numbers the indexes behind keys itself.
    shown = "" if name.startswith("sqlite_autoindex") else name
    return [shown, unique, origin, [column[2] for column in columns]]


if __name__ == "__main__":
    shapes = table_shapes(Path(sys.argv[1]))
    lines = [f"{json.dumps(name)}: {json.dumps(shape)}" for name, shape in shapes.items()]
    print("{", ",\n".join(lines), "}", sep="\n")
