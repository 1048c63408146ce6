"""Checks of the packages that speak to databases and servers."""

from __future__ import annotations

from venturi.doctor.finding import Finding, ok
from venturi.stores.installed import is_installed

_OPTIONAL = {"psycopg": ("PostgreSQL", "postgres"), "pymysql": ("MySQL and MariaDB", "mysql")}


def driver_findings() -> list[Finding]:
    """Which databases can be opened with what is installed."""
    found: list[Finding] = []
    for module, (database, extra) in _OPTIONAL.items():
        if is_installed(module):
            found.append(ok("drivers", f"{database}: {module} is installed"))
        else:
            way = f'pip install "venturi[{extra}]"'
            found.append(ok("drivers", f"{database}: {module} is not installed", way))
    return found
